/** What is wrong with one field, as the server says it. */
export interface FieldError {
  pointer: string
  detail: string
}

/** A problem document (RFC 9457) as an error; also stands for a server that cannot be reached (status 0). */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly FieldError[]
  readonly requestId: string | null
  readonly retryAfterSeconds: number | null
  readonly permission: string | null

  constructor(document: Record<string, unknown>, fallback: { status: number; requestId?: string | null; retryAfter?: string | null }) {
    const title = text(document.title) ?? titleOf(fallback.status)
    super(text(document.detail) ?? title)
    this.name = 'ApiProblem'
    this.status = typeof document.status === 'number' ? document.status : fallback.status
    this.code = text(document.code) ?? 'unknown'
    this.title = title
    this.detail = text(document.detail) ?? ''
    this.errors = Array.isArray(document.errors) ? document.errors.filter(isFieldError) : []
    this.requestId = text(document.requestId) ?? fallback.requestId ?? null
    const seconds = Number(fallback.retryAfter)
    this.retryAfterSeconds = fallback.retryAfter && Number.isFinite(seconds) ? seconds : null
    this.permission = text(document.permission)
  }

  /** Whether the same request may succeed later without a change. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502
  }

  /** What the reader can do about it. */
  get advice(): string | null {
    if (this.status === 0) return 'Check the connection; nothing that you typed is lost.'
    if (this.status === 401) return 'Sign in again.'
    if (this.status === 403 && this.permission) return `Ask an owner of the org for the permission ${this.permission}.`
    if (this.status === 412) return 'Somebody changed this meanwhile. Reload it and repeat the change.'
    if (this.retryAfterSeconds !== null) return `Try again in ${this.retryAfterSeconds} s.`
    if (this.status === 429) return 'Wait a moment, then try again.'
    if (this.status >= 500) return 'Try again; if it stays, report the request id.'
    return null
  }
}

/** The problem that stands for a server that did not answer. */
export function unreachable(): ApiProblem {
  return new ApiProblem(
    { code: 'unreachable', title: 'The server cannot be reached', detail: 'The request did not get an answer.' },
    { status: 0 },
  )
}

/** Turns whatever was thrown into a problem that can be shown. */
export function problemOf(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown
  if (thrown instanceof TypeError) return unreachable()
  if (!(thrown instanceof Error) && typeof (thrown as { title?: unknown } | null)?.title === 'string') {
    return new ApiProblem(thrown as Record<string, unknown>, { status: 0 })
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new ApiProblem({ code: 'console_error', title: 'The console failed', detail }, { status: 0 })
}

/** Reads the problem out of a response that is not a success. */
export function problemFrom(response: Response, body: unknown): ApiProblem {
  const document = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return new ApiProblem(document, {
    status: response.status,
    requestId: response.headers.get('x-request-id'),
    retryAfter: response.headers.get('retry-after'),
  })
}

/** The errors of a problem by field name, and those that belong to no field of the form. */
export function byField(errors: readonly FieldError[], fields: readonly string[]) {
  const at: Record<string, string> = {}
  const elsewhere: FieldError[] = []
  for (const error of errors) {
    const name = fieldOf(error.pointer)
    if (name !== null && fields.includes(name)) at[name] ??= sentence(error.detail)
    else elsewhere.push(error)
  }
  return { at, elsewhere }
}

/** The top-level field that a JSON pointer (RFC 6901), or `?name` for a query parameter, leads into. */
export function fieldOf(pointer: string): string | null {
  if (pointer.startsWith('?')) return pointer.slice(1)
  const path = pointer.startsWith('#') ? pointer.slice(1) : pointer
  if (!path.startsWith('/')) return null
  const first = path.slice(1).split('/')[0] ?? ''
  return first.replaceAll('~1', '/').replaceAll('~0', '~')
}

function sentence(words: string): string {
  const trimmed = words.trim()
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function isFieldError(value: unknown): value is FieldError {
  const candidate = value as FieldError | null
  return typeof candidate?.pointer === 'string' && typeof candidate.detail === 'string'
}

function titleOf(status: number): string {
  if (status === 0) return 'The server cannot be reached'
  return status >= 500 ? 'Something went wrong on the server' : `The request was refused (${status})`
}
