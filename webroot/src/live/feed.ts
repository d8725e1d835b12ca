import type { LiveEvent } from './frames'
import type { LiveProblem } from './problem'
import { Seen } from './seen'

/** The log no longer holds what came after the cursor: read the state from the snapshot; the feed goes on from now. */
export interface Reset {
  /** Path of the REST resource that tells the present state, where the topic has one. */
  snapshot: string | null
}

export interface SubscribeOptions {
  /** Where to resume; without it, with what happens from now on. */
  after?: string | null
  /**
   * Each event, once, in the order of the log. While a promise that it answers with is open, the next event waits; the
   * server sends no more than the credit that is left.
   */
  onEvent?(event: LiveEvent): unknown
  /** The newest value of a topic that has no history, such as `platform/health`. */
  onValue?(value: unknown, at: string): void
  /** Something was missed that can no longer be sent. */
  onReset?(reset: Reset): void
  /** All that happened before has been handed over. */
  onCaughtUp?(): void
  /** The subscription was refused, or its right was taken away; it ends. */
  onEnd?(problem: LiveProblem): void
}

/** What a feed wants to be sent. */
export interface FeedPort {
  grant(events: number): void
}

interface Step {
  run: () => unknown
  event: boolean
}

/**
 * One subscription over all connections: remembers how far it came, lets nothing through twice, and grants the server
 * as many events as its reader took.
 */
export class Feed {
  readonly #seen = new Seen()
  readonly #queue: Step[] = []
  #cursor: string | null
  #taken = 0
  #busy = false
  #stopped = false
  /** Whether the server has confirmed the subscription on this connection. */
  open = false
  caughtUp = false
  /** How often in a row the server could not take the subscription. */
  refusals = 0

  constructor(
    readonly id: string,
    readonly topic: string,
    readonly options: SubscribeOptions,
    private readonly window: number,
    private readonly port: FeedPort,
  ) {
    this.#cursor = options.after ?? null
  }

  /** Where to resume: after the last event that was taken from the wire. */
  get cursor(): string | null {
    return this.#cursor
  }

  /** A new connection subscribes: answers the credit that it may begin with. */
  begin(): number {
    this.open = false
    this.caughtUp = false
    this.#taken = 0
    return Math.max(1, this.window - this.#queue.filter((step) => step.event).length)
  }

  event(event: LiveEvent): void {
    this.#cursor = event.cursor
    if (this.#seen.add(event.id)) this.#enqueue(() => this.options.onEvent?.(event), true)
    else this.#took()
  }

  /** The server follows: from now on the feed resumes here, even before its first event. */
  confirmed(cursor: string | undefined): void {
    this.open = true
    this.refusals = 0
    this.#cursor = cursor ?? this.#cursor
    this.#grantTaken()
  }

  value(value: unknown, at: string): void {
    this.#guard(() => this.options.onValue?.(value, at))
  }

  reset(cursor: string, snapshot: string | null): void {
    this.#cursor = cursor
    this.#enqueue(() => this.options.onReset?.({ snapshot }), false)
  }

  /** Everything of the past is here; told once per connection. */
  settled(): void {
    if (this.caughtUp) return
    this.caughtUp = true
    this.#enqueue(() => this.options.onCaughtUp?.(), false)
  }

  stop(): void {
    this.#stopped = true
    this.#queue.length = 0
  }

  #enqueue(run: Step['run'], event: boolean): void {
    this.#queue.push({ run, event })
    if (!this.#busy) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#busy = true
    for (let next = this.#queue.shift(); next !== undefined && !this.#stopped; next = this.#queue.shift()) {
      const done = this.#guard(next.run)
      if (done instanceof Promise) await done.catch(report)
      if (next.event) this.#took()
    }
    this.#busy = false
  }

  /** Grants in halves of the window, so that a grant goes out for many events and none waits for it. */
  #took(): void {
    this.#taken++
    this.#grantTaken()
  }

  /** Nothing is granted before the server follows: it would know no such subscription. */
  #grantTaken(): void {
    if (this.#stopped || !this.open || this.#taken < this.window / 2) return
    this.port.grant(this.#taken)
    this.#taken = 0
  }

  #guard<T>(call: () => T): T | undefined {
    try {
      return call()
    } catch (thrown) {
      report(thrown)
      return undefined
    }
  }
}

/** What a reader throws is the reader's; the connection goes on. */
function report(thrown: unknown): void {
  queueMicrotask(() => {
    throw thrown
  })
}
