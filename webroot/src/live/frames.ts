/** The frames of the subprotocol `vertebra.live.v1`, one JSON document each. */

export const SUBPROTOCOL = 'vertebra.live.v1'

/** An event of the log. */
export interface LiveEvent {
  cursor: string
  id: string
  type: string
  version: number
  at: string
  orgId?: string | null
  key: string
  actor: string
  requestId: string
  data: Record<string, unknown>
}

/** A problem document as it comes in an `err` frame. */
export interface LiveProblem {
  status: number
  code: string
  title: string
  detail?: string
}

export type ClientFrame =
  | { op: 'auth'; token: string }
  | { op: 'sub'; id: string; topic: string; after?: string }
  | { op: 'unsub'; id: string }
  | { op: 'req'; id: string; operation: string; body: unknown }

export type ServerFrame =
  | { op: 'ok'; id?: string }
  | { op: 'event'; id: string; cursor: string; event: Omit<LiveEvent, 'cursor'> }
  | { op: 'res'; id: string; body: unknown }
  | { op: 'err'; id?: string; problem: LiveProblem }

/** Reads a frame; null for what is none, or is of a kind that this client does not know. */
export function readFrame(text: string): ServerFrame | null {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  const op = (frame as { op?: unknown } | null)?.op
  return op === 'ok' || op === 'event' || op === 'res' || op === 'err' ? (frame as ServerFrame) : null
}
