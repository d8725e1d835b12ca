import { describe, expect, it } from 'vitest'
import { byGroup, columns, failing, gaps, keep, type Sample, slowest, strip, trouble } from '@/oracle/history'
import { scheduleWords } from '@/oracle/schedule'
import type { NodeMetrics, State } from '@/oracle/shapes'
import { elapsed, percent, short, size } from '@/ui/numbers'

const node = (name: string, rate: number, errorRate = 0, p95: number | null = 5): NodeMetrics => ({
  node: name,
  at: '2026-01-01T00:00:00Z',
  seconds: 2,
  requests: { rate, errorRate, p50: 1, p95, p99: 9 },
  operations: [{ group: 'orgs.read', rate, errorRate, p50: 1, p95, p99: 9 }],
  events: { appended: 1, readers: [] },
  jobs: { rate: 0, failed: 0 },
  database: { connections: 1 },
  live: { connections: 1, subscriptions: 1, sent: 1 },
  memory: { heapUsed: 1, heapMax: 2 },
  cpu: 0.1,
})
const sample = (at: number, ...nodes: NodeMetrics[]): Sample => ({ at, nodes })

describe('the history of the platform', () => {
  it('breaks the line where nothing is known', () => {
    const samples = [sample(0, node('a', 1)), sample(2_000, node('a', 2)), sample(30_000, node('a', 3))]
    const { times, values } = columns(samples, [({ nodes }) => nodes[0]?.requests.rate ?? null])
    expect(times).toEqual([0, 2_000, 2_001, 30_000])
    expect(values).toEqual([[1, 2, null, 3]])
    expect(gaps(samples, 31_000)).toEqual([{ from: 2_000, until: 30_000 }])
  })

  it('sees a gap that has not ended yet', () => {
    expect(gaps([{ at: 0 }], 5_000)).toEqual([])
    expect(gaps([{ at: 0 }], 9_000)).toEqual([{ from: 0, until: 9_000 }])
  })

  it('forgets what is older than the span', () => {
    expect(keep([{ at: 0 }, { at: 5_000 }], { at: 11_000 }, 10_000).map(({ at }) => at)).toEqual([5_000, 11_000])
  })

  it('weighs errors by traffic, and takes the slowest node', () => {
    const traffic = [node('a', 90, 0), node('b', 10, 0.5, 40), node('c', 0, 0, null)].map(({ requests }) => requests)
    expect(failing(traffic)).toBeCloseTo(0.05)
    expect(slowest(traffic, 'p95')).toBe(40)
    expect(byGroup({ nodes: [node('a', 90), node('b', 10, 0.5)] })[0]).toMatchObject({ group: 'orgs.read', rate: 100 })
  })

  it('shows the worst state of each step, and none where nothing is known', () => {
    const moment = (at: number, state: State) => ({ at, states: new Map([['a', state]]) })
    const moments = [moment(10_500, 'healthy'), moment(10_900, 'degraded'), moment(12_100, 'healthy')]
    expect(strip(moments, 'a', 12_500, 4_000, 4)).toEqual([null, 'degraded', null, 'healthy'])
  })

  it('says what is wrong in a sentence', () => {
    const part = { name: 'redis', state: 'degraded' as const, since: '', detail: 'away' }
    const one = { node: 'a', version: '1', since: '', at: '', state: 'degraded' as const, ready: true, services: [], parts: [part] }
    expect(trouble({ state: 'degraded', nodes: [one] })).toBe('redis is degraded on a: away')
    expect(trouble({ state: 'healthy', nodes: [] })).toBeNull()
  })
})

describe('numbers and schedules in words', () => {
  it('keeps three digits', () => {
    expect([0, 0.4231, 7.53, 81.25, 812.5, 12_400].map(short)).toEqual(['0', '0.42', '7.53', '81.3', '813', '12.4k'])
    expect([0, 0.00004, 0.0132, 1].map(percent)).toEqual(['0%', '<0.01%', '1.32%', '100%'])
    expect(size(93_847_552)).toBe('89.5 MiB')
    expect([4_000, 200_000, 7_200_000, 400_000_000].map(elapsed)).toEqual(['4 s', '3 min', '2 h', '5 d'])
  })

  it('says a schedule as a person would', () => {
    const all = ['each PT10S', 'each PT1M', '27 3 * * * Z', '17 * * * * Z', '*/10 * * * * Z', 'once', '0 0 1 * * Z']
    expect(all.map(scheduleWords)).toEqual(['every 10 s', 'every 1 min', 'every day at 03:27 UTC', 'every hour at :17', 'every 10 min', 'once', '0 0 1 * * Z'])
    expect(scheduleWords('each PT0.5S')).toBe('every 0.5 s')
  })
})
