/** A problem document (RFC 9457) as the server writes it. */
export interface ProblemDocument {
  status: number
  code: string
  title: string
  detail?: string
  requestId?: string
  [member: string]: unknown
}

/** What was refused, or could not be done, as an error. Status 0 stands for what happened on this side of the wire. */
export class LiveProblem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly requestId: string | null

  constructor(readonly document: ProblemDocument) {
    super(document.detail ?? document.title)
    this.name = 'LiveProblem'
    this.status = document.status
    this.code = document.code
    this.title = document.title
    this.requestId = document.requestId ?? null
  }

  /** Whether the same request may succeed later without a change. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502 || this.code === 'request_in_progress'
  }
}

const own = (code: string, title: string) => () => new LiveProblem({ status: 0, code, title })

/** The connection broke after the request was sent; whether it had its effect is not known. */
export const connectionLost = own('connection_lost', 'The connection was lost before the answer came')
/** No answer came within the deadline of the request. */
export const deadlineExceeded = own('deadline_exceeded', 'The answer did not come in time')
/** The client was closed, or nobody is signed in any more. */
export const closed = own('closed', 'The connection was closed')
/** The caller gave the request up. */
export const aborted = own('aborted', 'The request was given up')
/** The queue for changes made offline takes no more. */
export const queueFull = own('queue_full', 'Too many changes wait to be sent')
/** A change waited for so long that its idempotency key may be forgotten. */
export const queueExpired = own('queue_expired', 'The change waited too long and was not sent')
