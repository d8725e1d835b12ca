import { aborted, deadlineExceeded, type LiveProblem } from './problem'

export interface RequestOptions {
  /** How long the answer is waited for, in milliseconds; 10 s when not given. The server gives up at the same time. */
  timeoutMs?: number
  /** Idempotency key: makes a change safe to repeat, so that it is sent again when the connection breaks. */
  key?: string
  /** The version of the thing that must still hold. */
  ifMatch?: number
  /** The request changes nothing, or may be sent twice: it is sent again when the connection breaks. */
  repeatable?: boolean
  signal?: AbortSignal
}

/** A request without its answer yet. */
export interface Pending {
  id: string
  operation: string
  body: unknown
  options: RequestOptions
  deadline: number
  sent: boolean
  settle(outcome: { answer: unknown } | { problem: LiveProblem }): void
}

const TIMEOUT_MS = 10_000

/** The requests that wait for their answers, each with a deadline of its own. */
export class Calls {
  readonly #pending = new Map<string, Pending>()

  constructor(private readonly now: () => number) {}

  add(id: string, operation: string, body: unknown, options: RequestOptions): { pending: Pending; answer: Promise<unknown> } {
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
    let pending!: Pending
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(() => pending.settle({ problem: deadlineExceeded() }), timeoutMs)
      const abort = () => pending.settle({ problem: aborted() })
      options.signal?.addEventListener('abort', abort)
      const settle: Pending['settle'] = (outcome) => {
        if (!this.#pending.delete(id)) return
        clearTimeout(timer)
        options.signal?.removeEventListener('abort', abort)
        if ('answer' in outcome) resolve(outcome.answer)
        else reject(outcome.problem)
      }
      pending = { id, operation, body, options, deadline: this.now() + timeoutMs, sent: false, settle }
      this.#pending.set(id, pending)
      if (options.signal?.aborted) abort()
    })
    return { pending, answer }
  }

  get(id: string): Pending | undefined {
    return this.#pending.get(id)
  }

  /** All that wait, in the order in which they were asked. */
  all(): Pending[] {
    return [...this.#pending.values()]
  }
}
