import createClient from 'openapi-fetch'
import { useSession } from '@/session/store'
import { randomId } from './keys'
import { problemFrom, problemOf } from './problem'
import { queries } from './queries'
import type { paths } from './schema'

const UNSAFE = new Set(['POST', 'PUT', 'PATCH'])

/** Every call of the API, typed by its OpenAPI document. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: send })

/** The answer of a call, or its problem thrown. */
export async function take<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer
  try {
    answer = await call
  } catch (thrown) {
    throw problemOf(thrown)
  }
  if (!answer.response.ok) throw problemFrom(answer.response, answer.error)
  return answer.data as T
}

async function send(request: Request): Promise<Response> {
  const session = useSession()
  const path = new URL(request.url).pathname
  const headers = new Headers(request.headers)
  if (UNSAFE.has(request.method) && !headers.has('Idempotency-Key')) headers.set('Idempotency-Key', randomId())
  const signingIn = path.startsWith('/v1/auth/')
  if (signingIn) headers.set('X-Vertebra-CSRF', '1')
  const body = request.body === null ? null : await request.text()
  const attempt = (token: string | null) => {
    if (token) headers.set('Authorization', `Bearer ${token}`)
    return fetch(request.url, { method: request.method, headers, body, signal: request.signal, credentials: 'same-origin' })
  }
  // Signing in is how an ended session goes on: it must not wait for one.
  if (signingIn || !session.signedIn) return attempt(session.current())
  const response = await withSession(attempt)
  if (response.ok && request.method !== 'GET') setTimeout(refreshHistory, 300)
  return response
}

/** Sends a request with the token, renewed when it is stale or refused. */
async function withSession(attempt: (token: string | null) => Promise<Response>): Promise<Response> {
  const session = useSession()
  if (session.stale()) await session.renew(session.current())
  const used = session.current()
  const response = await attempt(used)
  if (response.status !== 401 || !(await session.renew(used))) return response
  return attempt(session.current())
}

/** Every change is in the audit at once, also where the live connection does not say so. */
function refreshHistory(): void {
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'orgs' && queryKey[2] === 'audit' })
}
