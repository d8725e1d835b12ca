import { backoff } from './backoff'
import { type ClientFrame, type LiveEvent, type LiveProblem, readFrame, type ServerFrame, SUBPROTOCOL } from './frames'
import { Seen } from './seen'

/** `live`: all that happened is here; `catching_up`: connected, still reading the past; `offline`: trying again. */
export type LiveState = 'idle' | 'connecting' | 'catching_up' | 'live' | 'offline'

/** The part of a WebSocket that the client uses; replaced in tests. */
export interface Socket {
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  send(text: string): void
  close(code?: number): void
}

export interface LiveOptions {
  url: string
  /** A fresh access token; null when nobody is signed in. `refused` is the one that the server did not take. */
  token(refused: string | null): Promise<string | null>
  socket?: (url: string, protocol: string) => Socket
  random?: () => number
  onState?: (state: LiveState, retryInMs: number | null) => void
}

export interface SubscribeOptions {
  /** Where to resume; without it, with what happens from now on. */
  after?: string | null
  onEvent(event: LiveEvent): void
  /** The subscription was refused and ends; a cursor that is no longer kept is such a problem too. */
  onProblem?(problem: LiveProblem): void
}

interface Subscription extends SubscribeOptions {
  id: string
  topic: string
  seen: Seen
  confirmed: boolean
}

interface Pending {
  resolve(body: unknown): void
  reject(problem: LiveProblem): void
  timer: ReturnType<typeof setTimeout>
}

const QUIET_MS = 300
const SILENCE_MS = 30_000
const ANSWER_MS = 10_000
const LOST: LiveProblem = { status: 0, code: 'connection_lost', title: 'The connection was lost' }

/**
 * A client of the live door: keeps one connection, comes back with growing pauses, resumes each subscription after the
 * last cursor it saw and lets no event through twice. Knows nothing of the page that uses it.
 */
export class LiveClient {
  #socket: Socket | null = null
  #state: LiveState = 'idle'
  #wanted = false
  #authenticated = false
  #token: string | null = null
  #failures = 0
  #serial = 0
  #opening = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #quiet: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #pending = new Map<string, Pending>()

  constructor(private readonly options: LiveOptions) {}

  get state(): LiveState {
    return this.#state
  }

  connect(): void {
    if (this.#wanted) return
    this.#wanted = true
    void this.#open(null)
  }

  close(): void {
    this.#wanted = false
    this.#drop()
    this.#failures = 0
    this.#turn('idle')
  }

  /** Tries at once instead of waiting out the pause; for when the network is back or the page is shown again. */
  wake(): void {
    if (this.#wanted && this.#state === 'offline') void this.#open(null)
  }

  /** Gives the connection up, when the system says that the network is gone, and tries again. */
  interrupt(): void {
    if (this.#socket) this.#lost()
  }

  /** Hands a renewed token over on the open connection. */
  renew(token: string): void {
    if (!this.#authenticated || token === this.#token) return
    this.#token = token
    this.#send({ op: 'auth', token })
  }

  /** Follows a topic until the returned function is called. */
  subscribe(topic: string, options: SubscribeOptions): () => void {
    const id = `s${++this.#serial}`
    const subscription: Subscription = { ...options, id, topic, seen: new Seen(), confirmed: false }
    this.#subscriptions.set(id, subscription)
    if (this.#authenticated) {
      this.#turn('catching_up')
      this.#subscribe(subscription)
    }
    return () => {
      if (this.#subscriptions.delete(id) && this.#authenticated) this.#send({ op: 'unsub', id })
    }
  }

  /** Asks an operation over the connection. */
  request(operation: string, body: unknown): Promise<unknown> {
    if (!this.#authenticated) return Promise.reject(LOST)
    const id = `r${++this.#serial}`
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#lost(), ANSWER_MS)
      this.#pending.set(id, { resolve, reject, timer })
      this.#send({ op: 'req', id, operation, body })
    })
  }

  async #open(refused: string | null): Promise<void> {
    clearTimeout(this.#retry)
    const opening = ++this.#opening
    this.#turn('connecting')
    const token = await this.options.token(refused).catch(() => null)
    if (!this.#wanted || opening !== this.#opening) return
    if (token === null) {
      this.#lost()
      return
    }
    this.#token = token
    const make = this.options.socket ?? ((url, protocol) => new WebSocket(url, protocol) as unknown as Socket)
    const socket = make(this.options.url, SUBPROTOCOL)
    this.#socket = socket
    socket.onopen = () => this.#send({ op: 'auth', token })
    socket.onmessage = (message) => this.#receive(String(message.data))
    socket.onclose = () => this.#lost()
    this.#listen()
  }

  #receive(text: string): void {
    this.#listen()
    const frame = readFrame(text)
    if (frame === null) return
    if (frame.op === 'event') this.#event(frame)
    else if (frame.op === 'res') this.#settle(frame.id)?.resolve(frame.body)
    else if (frame.op === 'ok') this.#ok(frame.id)
    else this.#refused(frame)
  }

  #ok(id: string | undefined): void {
    if (!this.#authenticated) {
      this.#authenticated = true
      this.#turn('catching_up')
      for (const subscription of this.#subscriptions.values()) this.#subscribe(subscription)
      this.#settleSoon()
      return
    }
    const subscription = id === undefined ? undefined : this.#subscriptions.get(id)
    if (subscription) subscription.confirmed = true
    this.#settleSoon()
  }

  #event(frame: Extract<ServerFrame, { op: 'event' }>): void {
    const subscription = this.#subscriptions.get(frame.id)
    if (!subscription) return
    subscription.after = frame.cursor
    if (this.#state === 'catching_up') this.#settleSoon()
    if (subscription.seen.add(frame.event.id)) subscription.onEvent({ ...frame.event, cursor: frame.cursor })
  }

  #refused(frame: Extract<ServerFrame, { op: 'err' }>): void {
    const id = frame.id
    const pending = id === undefined ? null : this.#settle(id)
    if (pending) {
      pending.reject(frame.problem)
      return
    }
    if (frame.problem.status === 401) {
      this.#unauthenticated()
      return
    }
    const subscription = id === undefined ? undefined : this.#subscriptions.get(id)
    if (!subscription) return
    if (frame.problem.status === 429 || frame.problem.status >= 500) {
      this.#lost()
      return
    }
    this.#subscriptions.delete(subscription.id)
    subscription.onProblem?.(frame.problem)
    this.#settleSoon()
  }

  /** The token was refused or has expired: comes back with a fresh one, and keeps the subscriptions. */
  #unauthenticated(): void {
    const refused = this.#token
    this.#drop()
    this.#failures++
    if (this.#failures > 1) this.#pause(refused)
    else void this.#open(refused)
  }

  #subscribe(subscription: Subscription): void {
    subscription.confirmed = false
    const { id, topic, after } = subscription
    this.#send(after ? { op: 'sub', id, topic, after } : { op: 'sub', id, topic })
  }

  /** The past is read when every subscription is confirmed and nothing came for a moment. */
  #settleSoon(): void {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => {
      if (!this.#authenticated) return
      if ([...this.#subscriptions.values()].every((subscription) => subscription.confirmed)) {
        this.#failures = 0
        this.#turn('live')
      }
    }, QUIET_MS)
  }

  /** A network that went away says nothing: after a silence the client asks for a sign of life. */
  #listen(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      if (this.#authenticated) this.request('Accounts.GetMe', {}).catch(() => undefined)
      else this.#lost()
    }, SILENCE_MS)
  }

  #lost(): void {
    if (!this.#wanted) return
    this.#drop()
    this.#failures++
    this.#pause(null)
  }

  #pause(refused: string | null): void {
    const pauseMs = backoff(this.#failures, this.options.random)
    this.#turn('offline', pauseMs)
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#open(refused), pauseMs)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#authenticated = false
    clearTimeout(this.#retry)
    clearTimeout(this.#quiet)
    clearTimeout(this.#silence)
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(LOST)
    if (!socket) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.close(1000)
  }

  #settle(id: string): Pending | null {
    const pending = this.#pending.get(id)
    if (!pending) return null
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    return pending
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #turn(state: LiveState, retryInMs: number | null = null): void {
    this.#state = state
    this.options.onState?.(state, retryInMs)
  }
}
