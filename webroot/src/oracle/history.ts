import type { NodeMetrics, PlatformHealth, PlatformMetrics, State, Traffic } from './shapes'

/** What the platform did at one moment. */
export interface Sample {
  /** When it came, on the clock of this page. */
  at: number
  nodes: readonly NodeMetrics[]
}

/** How the nodes were at one moment. */
export interface Moment {
  at: number
  states: ReadonlyMap<string, State>
}

/** Between two samples further apart than this, nothing is known. */
export const GAP_MS = 7_000

/** Adds a sample and forgets what is older than the span. */
export function keep<T extends { at: number }>(samples: readonly T[], sample: T, spanMs: number): T[] {
  return [...samples.filter(({ at }) => at > sample.at - spanMs), sample]
}

/** Samples as a chart wants them: in gaps stands a point without a value, so that no line leads across. */
export function columns(samples: readonly Sample[], values: ReadonlyArray<(sample: Sample) => number | null>): {
  times: number[]
  values: Array<Array<number | null>>
} {
  const times: number[] = []
  const all: Array<Array<number | null>> = values.map(() => [])
  let last: number | null = null
  for (const sample of samples) {
    if (last !== null && sample.at - last > GAP_MS) {
      times.push(last + 1)
      for (const column of all) column.push(null)
    }
    times.push(sample.at)
    values.forEach((value, index) => all[index]?.push(value(sample)))
    last = sample.at
  }
  return { times, values: all }
}

/** The spans of which nothing is known, up to the present. */
export function gaps(samples: readonly { at: number }[], now: number): Array<{ from: number; until: number }> {
  const found: Array<{ from: number; until: number }> = []
  samples.forEach(({ at }, index) => {
    const next = samples[index + 1]?.at ?? now
    if (next - at > GAP_MS) found.push({ from: at, until: next })
  })
  return found
}

export const sum = (nodes: readonly NodeMetrics[], value: (node: NodeMetrics) => number) => nodes.reduce((all, node) => all + value(node), 0)

/** The slowest node's value: percentiles of several nodes cannot be added up. */
export function slowest(traffic: readonly Traffic[], which: 'p50' | 'p95' | 'p99'): number | null {
  const known = traffic.map((one) => one[which]).filter((value): value is number => value !== null && value !== undefined)
  return known.length === 0 ? null : Math.max(...known)
}

/** The share of failed requests over all nodes, 0 to 1. */
export function failing(traffic: readonly Traffic[]): number {
  const rate = traffic.reduce((all, one) => all + one.rate, 0)
  return rate === 0 ? 0 : traffic.reduce((all, one) => all + one.rate * one.errorRate, 0) / rate
}

export interface Group extends Traffic {
  group: string
}

/** What the groups of operations did over all nodes, the busiest first. */
export function byGroup(metrics: PlatformMetrics | null): Group[] {
  const groups = new Map<string, Traffic[]>()
  for (const node of metrics?.nodes ?? []) {
    for (const one of node.operations) groups.set(one.group, [...(groups.get(one.group) ?? []), one])
  }
  return [...groups]
    .map(([group, traffic]) => ({
      group,
      rate: traffic.reduce((all, one) => all + one.rate, 0),
      errorRate: failing(traffic),
      p50: slowest(traffic, 'p50'),
      p95: slowest(traffic, 'p95'),
      p99: slowest(traffic, 'p99'),
    }))
    .sort((a, b) => b.rate - a.rate || (a.group < b.group ? -1 : 1))
}

/** The lag of each reader: that of the node where it is furthest behind. */
export function lags(nodes: readonly NodeMetrics[]): Map<string, { lag: number; parked: number }> {
  const found = new Map<string, { lag: number; parked: number }>()
  for (const { events } of nodes) {
    for (const { reader, lag, parked } of events.readers) {
      const known = found.get(reader)
      found.set(reader, { lag: Math.max(lag, known?.lag ?? 0), parked: Math.max(parked, known?.parked ?? 0) })
    }
  }
  return found
}

const WORST: readonly State[] = ['healthy', 'draining', 'degraded', 'silent', 'unhealthy']

export const worse = (a: State, b: State): State => (WORST.indexOf(a) >= WORST.indexOf(b) ? a : b)

/** How a node was over a span, in equal steps; null where nothing is known. */
export function strip(moments: readonly Moment[], node: string, now: number, spanMs: number, steps: number): Array<State | null> {
  const found = new Array<State | null>(steps).fill(null)
  const stepMs = spanMs / steps
  const first = Math.floor((now - spanMs) / stepMs) + 1
  for (const { at, states } of moments) {
    const step = Math.floor(at / stepMs) - first
    const state = states.get(node)
    if (step < 0 || step >= steps || state === undefined) continue
    const known = found[step]
    found[step] = known ? worse(known, state) : state
  }
  return found
}

/** In one sentence, what is wrong; null when nothing is. */
export function trouble(health: PlatformHealth): string | null {
  for (const node of health.nodes) {
    if (node.state === 'silent') return `Node ${node.node} has gone silent.`
    const part = [...node.parts, ...node.services].find((one) => one.state === 'unhealthy' || one.state === 'degraded')
    if (part) return `${part.name} is ${part.state} on ${node.node}${part.detail ? `: ${part.detail}` : '.'}`
  }
  return null
}
