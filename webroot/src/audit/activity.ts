import type { AuditEntry } from '@/api/types'
import type { LiveEvent } from '@vertebra/live'

/** One thing that happened: an attempt with the events that it caused. */
export interface Happening {
  id: string
  at: string
  actor: string
  actorKind: string
  action: string | null
  target: string | null
  refused: string | null
  requestId: string
  events: LiveEvent[]
}

/**
 * Joins audit records and events of the same request, the newest first. An event without a record (caused by a job, or
 * by a request whose record is not on the page) stands for itself, unless it is older than the oldest record read.
 */
export function happenings(entries: readonly AuditEntry[], events: readonly LiveEvent[], complete: boolean): Happening[] {
  const byRequest = new Map<string, Happening>()
  const all: Happening[] = entries.map((entry) => {
    const happening: Happening = {
      id: entry.id,
      at: entry.at,
      actor: entry.actor,
      actorKind: entry.actorKind,
      action: entry.action,
      target: entry.target ?? null,
      refused: entry.outcome === 'refused' ? (entry.reason ?? 'refused') : null,
      requestId: entry.requestId,
      events: [],
    }
    if (!happening.refused) byRequest.set(entry.requestId, happening)
    return happening
  })
  const oldest = entries.at(-1)?.at
  for (const event of events) {
    const cause = byRequest.get(event.requestId)
    if (cause) cause.events.push(event)
    else if (complete || oldest === undefined || event.at >= oldest) all.push(alone(event))
  }
  return all.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

function alone(event: LiveEvent): Happening {
  return {
    id: event.id,
    at: event.at,
    actor: event.actor,
    actorKind: 'user',
    action: null,
    target: null,
    refused: null,
    requestId: event.requestId,
    events: [event],
  }
}
