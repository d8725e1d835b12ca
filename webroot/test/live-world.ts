import type { LiveEvent, Socket } from '@vertebra/live'
import type { ClientFrame, ServerFrame } from '@/live/frames'

type Sent = Omit<LiveEvent, 'cursor'>

interface Following {
  id: string
  next: number
  credit: number
}

/** A live door in memory, with a log, idempotency keys, and a network that is slow and breaks. */
export class World {
  readonly log: Sent[] = []
  /** The first place of the log that is still kept. */
  kept = 0
  readonly effects: string[] = []
  readonly answers = new Map<string, unknown>()
  reachable = true
  delayMs = 1
  /** How many requests are refused for the moment before one is answered. */
  busy = 0
  readonly faults: string[] = []
  #wires = new Set<WorldSocket>()

  append(): void {
    const n = this.log.length
    const at = new Date(n).toISOString()
    this.log.push({ id: `e${n}`, type: 'T.Happened', version: 1, at, key: 'k', actor: 'a', requestId: 'r', data: { n } })
    for (const wire of this.#wires) wire.pump()
  }

  connect(): Socket {
    const wire = new WorldSocket(this, () => this.#wires.delete(wire))
    this.#wires.add(wire)
    return wire
  }

  /** Cuts all connections; what is on its way in either direction is lost. */
  cut(code = 1006): void {
    for (const wire of this.#wires) wire.cut(code)
  }

  /** Sends the last events of all subscriptions a second time. */
  stutter(events: number): void {
    for (const wire of this.#wires) wire.stutter(events)
  }
}

class WorldSocket implements Socket {
  onopen: ((event: never) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  #open = true
  #authenticated = false
  readonly #due = { there: 0, back: 0 }
  readonly #following = new Map<string, Following>()

  constructor(
    private readonly world: World,
    private readonly forget: () => void,
  ) {
    this.#later('there', () => (world.reachable ? this.onopen?.(undefined as never) : this.cut(1006)))
  }

  send(text: string): void {
    this.#later('there', () => this.#receive(JSON.parse(text)))
  }

  close(): void {
    this.#open = false
    this.forget()
  }

  cut(code: number): void {
    const told = this.onclose
    this.close()
    told?.({ code })
  }

  pump(): void {
    for (const one of this.#following.values()) {
      while (one.credit > 0 && one.next < this.world.log.length) {
        one.credit--
        this.#event(one.id, one.next++)
      }
    }
  }

  stutter(events: number): void {
    for (const one of this.#following.values()) {
      for (let n = Math.max(this.world.kept, one.next - events); n < one.next; n++) this.#event(one.id, n)
    }
  }

  #event(id: string, n: number): void {
    this.#say({ op: 'event', id, cursor: String(n), event: this.world.log[n] as Sent })
  }

  /** In order, and only while the connection holds. */
  #later(way: 'there' | 'back', step: () => void): void {
    this.#due[way] = Math.max(this.#due[way], Date.now() + this.world.delayMs)
    setTimeout(() => this.#open && step(), this.#due[way] - Date.now())
  }

  #say(frame: ServerFrame): void {
    this.#later('back', () => this.onmessage?.({ data: JSON.stringify(frame) }))
  }

  #receive(frame: ClientFrame): void {
    if (frame.op === 'auth') {
      this.#authenticated = true
      return this.#say({ op: 'ok', node: 'n' })
    }
    if (!this.#authenticated) this.world.faults.push(`${frame.op} before auth`)
    if (frame.op === 'ping') return this.#say({ op: 'pong' })
    if (frame.op === 'sub') return this.#subscribe(frame)
    if (frame.op === 'req') return this.#request(frame)
    const one = this.#following.get(frame.id)
    if (frame.op === 'unsub') this.#following.delete(frame.id)
    else if (one) {
      one.credit += frame.credit
      this.pump()
    }
  }

  #subscribe({ id, after, credit }: Extract<ClientFrame, { op: 'sub' }>): void {
    if (this.#following.has(id)) this.world.faults.push('subscribed twice')
    let next = after === undefined ? this.world.log.length : Number(after) + 1
    this.#say({ op: 'ok', id, cursor: String(next - 1) })
    if (next < this.world.kept) {
      next = this.world.kept
      this.#say({ op: 'reset', id, cursor: String(next - 1), snapshot: '/v1/things', problem: { status: 410, code: 'cursor_expired', title: '' } })
    }
    this.#following.set(id, { id, next, credit: credit ?? Infinity })
    this.pump()
  }

  #request({ id, key, body }: Extract<ClientFrame, { op: 'req' }>): void {
    if (this.world.busy > 0) {
      this.world.busy--
      return this.#say({ op: 'err', id, problem: { status: 503, code: 'unavailable', title: 'Away' } })
    }
    if (key !== undefined && this.world.answers.has(key)) return this.#say({ op: 'res', id, body: this.world.answers.get(key), replayed: true })
    const { name } = body as { name: string }
    this.world.effects.push(name)
    if (key !== undefined) this.world.answers.set(key, { name })
    this.#say({ op: 'res', id, body: { name } })
  }
}
