import type { UsageQuery } from './calls'
import type { Step } from './types'

export const SPANS = [
  { value: 'day', label: '24 hours', days: 1, step: 'hour' },
  { value: 'month', label: '30 days', days: 30, step: 'day' },
  { value: 'quarter', label: '90 days', days: 90, step: 'day' },
  { value: 'year', label: '12 months', days: 365, step: 'month' },
] as const satisfies ReadonlyArray<{ value: string; label: string; days: number; step: Step }>

export type SpanName = (typeof SPANS)[number]['value']

const DAY_MS = 86_400_000

/**
 * What to ask for a span that ends at the org's present. Without knowing that present, which a test clock may have moved
 * anywhere, nothing is asked for and the server takes its last thirty days.
 */
export function spanQuery(name: SpanName, present: number | null): UsageQuery {
  const span = SPANS.find(({ value }) => value === name)
  if (!span || name === 'month' || present === null) return {}
  return { from: instant(present - span.days * DAY_MS), until: instant(present), step: span.step }
}

/** What to ask for a span that somebody linked to: the step that shows it best. */
export function linkedQuery(from: string, until: string): UsageQuery {
  const days = (Date.parse(until) - Date.parse(from)) / DAY_MS
  return { from, until, step: days <= 3 ? 'hour' : days <= 100 ? 'day' : 'month' }
}

const instant = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')
