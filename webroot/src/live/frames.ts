import type { ProblemDocument } from './problem'

/** The subprotocol of the live door. */
export const SUBPROTOCOL = 'vertebra.live.v1'

/** An event of the log. */
export interface LiveEvent<T = Record<string, unknown>> {
  /** Its place in the log: where a subscription resumes after it. */
  cursor: string
  id: string
  type: string
  version: number
  at: string
  orgId?: string | null
  key: string
  actor: string
  requestId: string
  data: T
}

export type ClientFrame =
  | { op: 'auth'; token: string }
  | { op: 'sub'; id: string; topic: string; after?: string; credit?: number }
  | { op: 'credit'; id: string; credit: number }
  | { op: 'unsub'; id: string }
  | { op: 'req'; id: string; operation: string; body: unknown; key?: string; ifMatch?: number; timeoutMs?: number }
  | { op: 'ping' }

export type ServerFrame =
  | { op: 'ok'; id?: string; expiresAt?: string; node?: string; cursor?: string }
  | { op: 'event'; id: string; cursor: string; event: Omit<LiveEvent, 'cursor'> }
  | { op: 'value'; id: string; at: string; value: unknown }
  | { op: 'reset'; id: string; cursor: string; snapshot?: string; problem: ProblemDocument }
  | { op: 'revoked'; id: string; problem: ProblemDocument }
  | { op: 'res'; id: string; body: unknown; replayed?: boolean }
  | { op: 'pong' }
  | { op: 'err'; id?: string; problem: ProblemDocument }

const KNOWN = new Set(['ok', 'event', 'value', 'reset', 'revoked', 'res', 'pong', 'err'])

/** Reads a frame; null for what is none, or is of a kind that this client does not know. */
export function readFrame(text: string): ServerFrame | null {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  const op = (frame as { op?: unknown } | null)?.op
  return typeof op === 'string' && KNOWN.has(op) ? (frame as ServerFrame) : null
}
