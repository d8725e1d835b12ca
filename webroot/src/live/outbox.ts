import { backoff } from './backoff'
import { LiveProblem, queueExpired, queueFull } from './problem'

/** A change that waits for its answer. The same key means the same effect, however often it is sent. */
export interface OutboxEntry {
  key: string
  operation: string
  body: unknown
  /** When it was asked for, in milliseconds since 1970. */
  at: number
}

/** Where waiting changes are kept over a reload of the page or a restart of the program. */
export interface OutboxStore {
  load(): OutboxEntry[]
  save(entries: readonly OutboxEntry[]): void
}

export interface OutboxOptions {
  /** Changes that may wait at once; 100 when not given. */
  most?: number
  /** How long a change may wait; below the 24 hours for which the server knows its keys. */
  waitMs?: number
  store?: OutboxStore
  /** What became of changes that an earlier page or process left behind. */
  onSettled?(entry: OutboxEntry, outcome: { answer: unknown } | { problem: LiveProblem }): void
  /** How many changes wait. */
  onSize?(size: number): void
}

interface Waiting {
  resolve(answer: unknown): void
  reject(problem: LiveProblem): void
}

interface Surroundings {
  send(entry: OutboxEntry): Promise<unknown>
  now(): number
  random(): number
}

const MOST = 100
const WAIT_MS = 12 * 3_600_000

/**
 * Changes in the order in which they were asked for: one is under way at a time, and the next one goes when it was
 * answered. What is lost with the connection, or refused for the moment, is sent again under the same key.
 */
export class Outbox {
  readonly #entries: OutboxEntry[]
  readonly #waiting = new Map<string, Waiting>()
  #online = false
  #turn = 0
  #busy = false
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly options: OutboxOptions,
    private readonly around: Surroundings,
  ) {
    this.#entries = options.store?.load() ?? []
  }

  get size(): number {
    return this.#entries.length
  }

  submit(entry: OutboxEntry): Promise<unknown> {
    if (this.#entries.length >= (this.options.most ?? MOST)) return Promise.reject(queueFull())
    const answer = new Promise((resolve, reject) => this.#waiting.set(entry.key, { resolve, reject }))
    this.#entries.push(entry)
    this.#changed()
    void this.#next()
    return answer
  }

  /** The connection is there: sends what waits, the oldest first. */
  online(): void {
    this.#online = true
    this.#failures = 0
    void this.#next()
  }

  /** The connection is gone: what was under way waits for the next one. */
  offline(): void {
    this.#online = false
    this.#busy = false
    this.#turn++
    clearTimeout(this.#retry)
  }

  async #next(): Promise<void> {
    if (!this.#online || this.#busy) return
    this.#expire()
    const entry = this.#entries[0]
    if (entry === undefined) return
    this.#busy = true
    clearTimeout(this.#retry)
    const turn = this.#turn
    try {
      this.#settle(entry, { answer: await this.around.send(entry) })
    } catch (thrown) {
      const problem = thrown instanceof LiveProblem ? thrown : new LiveProblem({ status: 0, code: 'failed', title: String(thrown) })
      if (turn !== this.#turn) return
      if (problem.passing || problem.status === 401) return this.#later()
      this.#settle(entry, { problem })
    }
    if (turn !== this.#turn) return
    this.#busy = false
    this.#failures = 0
    void this.#next()
  }

  #later(): void {
    this.#busy = false
    this.#retry = setTimeout(() => void this.#next(), backoff(++this.#failures, this.around.random))
  }

  #settle(entry: OutboxEntry, outcome: { answer: unknown } | { problem: LiveProblem }): void {
    const at = this.#entries.indexOf(entry)
    if (at < 0) return
    this.#entries.splice(at, 1)
    this.#changed()
    const waiting = this.#waiting.get(entry.key)
    this.#waiting.delete(entry.key)
    if (!waiting) this.options.onSettled?.(entry, outcome)
    else if ('answer' in outcome) waiting.resolve(outcome.answer)
    else waiting.reject(outcome.problem)
  }

  #expire(): void {
    const before = this.around.now() - (this.options.waitMs ?? WAIT_MS)
    for (const entry of this.#entries.filter(({ at }) => at < before)) this.#settle(entry, { problem: queueExpired() })
  }

  #changed(): void {
    this.options.store?.save(this.#entries)
    this.options.onSize?.(this.#entries.length)
  }
}
