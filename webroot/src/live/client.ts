import { backoff } from './backoff'
import { Calls, type Pending, type RequestOptions } from './calls'
import { Feed, type SubscribeOptions } from './feed'
import { type ClientFrame, readFrame, type ServerFrame, SUBPROTOCOL } from './frames'
import { newKey } from './key'
import { Outbox, type OutboxOptions } from './outbox'
import { closed, connectionLost, LiveProblem, type ProblemDocument } from './problem'

/** `live`: all that happened is here; `catching_up`: connected, still reading the past; `offline`: trying again. */
export type LiveState = 'idle' | 'connecting' | 'catching_up' | 'live' | 'offline'

/** The part of a WebSocket that the client uses. */
export interface Socket {
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  send(text: string): void
  close(code?: number): void
}

export interface LiveOptions {
  /** Where the live door is: `wss://…/v1/live`. */
  url: string
  /** An access token; null when nobody is signed in. `worn` is one that expires soon or was refused: not that one again. */
  token(worn: string | null): Promise<string | null>
  /** Makes the connection; the platform's `WebSocket` when not given. */
  socket?: (url: string, protocol: string) => Socket
  /** How many events of a subscription may be on their way or unread; 256 when not given. */
  window?: number
  /** The queue of `submit`. */
  queue?: OutboxOptions
  onState?: (state: LiveState, retryInMs: number | null) => void
  now?: () => number
  random?: () => number
}

const WINDOW = 256
const QUIET_MS = 300
const FRESH_MS = 5_000
const SILENCE_MS = 25_000
const ANSWER_MS = 10_000
const RENEW_BEFORE_MS = 60_000
const RENEW_LEAST_MS = 15_000
const UNAUTHENTICATED = 4401

/**
 * A client of the live door: keeps one connection, comes back with growing pauses, resumes each subscription after the
 * last event that came and lets none through twice. Knows nothing of the page or program that uses it.
 */
export class LiveClient {
  readonly #now: () => number
  readonly #random: () => number
  readonly #feeds = new Map<string, Feed>()
  readonly #calls: Calls
  readonly #outbox: Outbox
  #socket: Socket | null = null
  #state: LiveState = 'idle'
  #wanted = false
  #authenticated = false
  #token: string | null = null
  #failures = 0
  #serial = 0
  #opening = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #renewal: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #quiet: ReturnType<typeof setTimeout> | undefined
  /** How long the server asked us to stay away. */
  #waitMs = 0

  constructor(private readonly options: LiveOptions) {
    this.#now = options.now ?? Date.now
    this.#random = options.random ?? Math.random
    this.#calls = new Calls(this.#now)
    this.#outbox = new Outbox(options.queue ?? {}, {
      send: ({ operation, body, key }) => this.#ask(operation, body, { key }, false),
      now: this.#now,
      random: this.#random,
    })
  }

  get state(): LiveState {
    return this.#state
  }

  /** How many changes of `submit` wait for their answers. */
  get waiting(): number {
    return this.#outbox.size
  }

  connect(): void {
    if (this.#wanted) return
    this.#wanted = true
    void this.#open(null)
  }

  /** Ends the connection and everything that waits for an answer; the queue of `submit` stays for the next `connect`. */
  close(): void {
    this.#wanted = false
    this.#drop()
    for (const pending of this.#calls.all()) pending.settle({ problem: closed() })
    this.#failures = 0
    this.#turn('idle')
  }

  /** Tries at once instead of waiting out the pause: when the network is back or the page is shown again. */
  wake(): void {
    if (this.#wanted && this.#state === 'offline') void this.#open(null)
  }

  /** Gives the connection up when the system says that the network is gone, and tries again. */
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
    const grant = (credit: number) => this.#authenticated && this.#send({ op: 'credit', id, credit })
    const feed = new Feed(id, topic, options, this.options.window ?? WINDOW, { grant })
    this.#feeds.set(id, feed)
    if (this.#authenticated) {
      this.#turn('catching_up')
      this.#subscribe(feed)
    }
    return () => {
      feed.stop()
      if (this.#feeds.delete(id) && this.#authenticated) this.#send({ op: 'unsub', id })
      this.#settleSoon()
    }
  }

  /** Asks an operation. Waits for the connection as long as its deadline allows; a refusal is a `LiveProblem`. */
  request<T = unknown>(operation: string, body: object = {}, options: RequestOptions = {}): Promise<T> {
    return this.#ask(operation, body, options, options.key !== undefined || options.repeatable === true) as Promise<T>
  }

  /**
   * Asks for a change, now or when the connection is back: changes are sent one after the other in the order of the
   * calls, again under the same idempotency key until they are answered, and so have their effect once.
   */
  submit<T = unknown>(operation: string, body: object, key: string = newKey()): Promise<T> {
    return this.#outbox.submit({ key, operation, body, at: this.#now() }) as Promise<T>
  }

  #ask(operation: string, body: unknown, options: RequestOptions, repeatable: boolean): Promise<unknown> {
    const { pending, answer } = this.#calls.add(`r${++this.#serial}`, operation, body, { ...options, repeatable })
    if (this.#authenticated) this.#sendRequest(pending)
    return answer
  }

  #sendRequest({ id, operation, body, options, deadline }: Pending): void {
    const { key, ifMatch } = options
    const timeoutMs = Math.max(1, deadline - this.#now())
    const extra = { ...(key === undefined ? {} : { key }), ...(ifMatch === undefined ? {} : { ifMatch }) }
    const pending = this.#calls.get(id)
    if (pending) pending.sent = true
    this.#send({ op: 'req', id, operation, body, timeoutMs, ...extra })
  }

  async #open(worn: string | null): Promise<void> {
    clearTimeout(this.#retry)
    const opening = ++this.#opening
    this.#turn('connecting')
    const token = await this.options.token(worn).catch(() => null)
    if (!this.#wanted || opening !== this.#opening) return
    if (token === null) return this.#lost()
    this.#token = token
    const make = this.options.socket ?? ((url, protocol) => new WebSocket(url, protocol) as unknown as Socket)
    const socket = make(this.options.url, SUBPROTOCOL)
    this.#socket = socket
    socket.onopen = () => this.#send({ op: 'auth', token })
    socket.onmessage = (message) => this.#receive(String(message.data))
    socket.onclose = ({ code }) => (code === UNAUTHENTICATED ? this.#unauthenticated() : this.#lost())
    this.#listen()
  }

  #receive(text: string): void {
    this.#listen()
    const frame = readFrame(text)
    if (frame === null) return
    const feed = 'id' in frame && frame.id !== undefined ? this.#feeds.get(frame.id) : undefined
    switch (frame.op) {
      case 'ok':
        if (frame.id === undefined) return this.#admitted(frame.expiresAt)
        feed?.confirmed(frame.cursor)
        return this.#settleSoon()
      case 'res':
        return this.#calls.get(frame.id)?.settle({ answer: frame.body })
      case 'event':
        if (this.#state === 'catching_up' && this.#past(frame.event.at)) this.#settleSoon()
        return feed?.event({ ...frame.event, cursor: frame.cursor })
      case 'value':
        return feed?.value(frame.value, frame.at)
      case 'reset':
        return feed?.reset(frame.cursor, frame.snapshot ?? null)
      case 'revoked':
        return this.#end(feed, frame.problem)
      case 'err':
        return this.#refused(frame, feed)
    }
  }

  /** The server took the token: at first everything is taken up again, later it only means that the connection goes on. */
  #admitted(expiresAt: string | undefined): void {
    this.#renewLater(expiresAt)
    if (this.#authenticated) return
    this.#authenticated = true
    this.#turn('catching_up')
    for (const feed of this.#feeds.values()) this.#subscribe(feed)
    for (const pending of this.#calls.all()) this.#sendRequest(pending)
    this.#outbox.online()
    this.#settleSoon()
  }

  #renewLater(expiresAt: string | undefined): void {
    clearTimeout(this.#renewal)
    if (expiresAt === undefined) return
    const leftMs = Date.parse(expiresAt) - this.#now()
    this.#renewIn(Math.max(RENEW_LEAST_MS, leftMs - Math.min(RENEW_BEFORE_MS, leftMs / 2)))
  }

  #renewIn(ms: number): void {
    this.#renewal = setTimeout(async () => {
      const socket = this.#socket
      const token = await this.options.token(this.#token).catch(() => null)
      if (socket === null || socket !== this.#socket) return
      if (token === null) this.#renewIn(RENEW_LEAST_MS)
      else this.renew(token)
    }, ms)
  }

  #refused(frame: Extract<ServerFrame, { op: 'err' }>, feed: Feed | undefined): void {
    const pending = frame.id === undefined ? undefined : this.#calls.get(frame.id)
    if (pending) return pending.settle({ problem: new LiveProblem(frame.problem) })
    if (frame.problem.status === 401) return this.#unauthenticated()
    this.#waitMs = 1000 * Number(frame.problem.retryAfter ?? 0) || 0
    if (!feed) return
    if (new LiveProblem(frame.problem).passing) return this.#again(feed)
    this.#end(feed, frame.problem)
  }

  /** The server could not take a subscription for the moment: only this one waits. */
  #again(feed: Feed): void {
    const socket = this.#socket
    const pauseMs = this.#waitMs + backoff(++feed.refusals, this.#random)
    this.#waitMs = 0
    setTimeout(() => socket === this.#socket && this.#feeds.get(feed.id) === feed && this.#subscribe(feed), pauseMs)
  }

  #end(feed: Feed | undefined, problem: ProblemDocument): void {
    if (!feed || !this.#feeds.delete(feed.id)) return
    feed.stop()
    feed.options.onEnd?.(new LiveProblem(problem))
    this.#settleSoon()
  }

  /** The token was refused or has expired: comes back with a fresh one, and keeps the subscriptions. */
  #unauthenticated(): void {
    const worn = this.#token
    this.#drop()
    this.#failures++
    if (this.#failures > 1) this.#pause(worn)
    else void this.#open(worn)
  }

  #subscribe(feed: Feed): void {
    const credit = feed.begin()
    const { id, topic, cursor } = feed
    this.#send(cursor === null ? { op: 'sub', id, topic, credit } : { op: 'sub', id, topic, after: cursor, credit })
  }

  /** Whether an event happened a while ago; where much happens all the time, the present never pauses. */
  #past(at: string): boolean {
    return Math.abs(this.#now() - Date.parse(at)) > FRESH_MS
  }

  /** The past is read when every subscription is confirmed and nothing of it came for a moment. */
  #settleSoon(): void {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => {
      if (!this.#authenticated || [...this.#feeds.values()].some((feed) => !feed.open)) return
      for (const feed of this.#feeds.values()) feed.settled()
      this.#failures = 0
      if (this.#state !== 'live') this.#turn('live')
    }, QUIET_MS)
  }

  /** A network that went away says nothing: after a silence the client asks for a sign of life. */
  #listen(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      if (!this.#authenticated) return this.#lost()
      this.#send({ op: 'ping' })
      this.#silence = setTimeout(() => this.#lost(), ANSWER_MS)
    }, SILENCE_MS)
  }

  #lost(): void {
    if (!this.#wanted) return
    this.#drop()
    this.#failures++
    this.#pause(null)
  }

  #pause(worn: string | null): void {
    const pauseMs = this.#waitMs + backoff(this.#failures, this.#random)
    this.#waitMs = 0
    this.#turn('offline', pauseMs)
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#open(worn), pauseMs)
  }

  /** Lets the connection go. What may be sent again waits for the next one; the rest has no answer any more. */
  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#authenticated = false
    for (const timer of [this.#retry, this.#renewal, this.#silence, this.#quiet]) clearTimeout(timer)
    this.#outbox.offline()
    for (const pending of this.#calls.all()) {
      if (pending.sent && !pending.options.repeatable) pending.settle({ problem: connectionLost() })
    }
    if (!socket) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.close(1000)
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #turn(state: LiveState, retryInMs: number | null = null): void {
    this.#state = state
    this.options.onState?.(state, retryInMs)
  }
}
