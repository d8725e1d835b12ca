import type { LiveProblem } from '@vertebra/live'
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { useConnection } from '@/session/connection'
import { useSession } from '@/session/store'
import { keep, type Moment, type Sample } from './history'
import type { NodeHealth, PlatformHealth, PlatformMetrics } from './shapes'

/** How far back the pictures reach. */
export const SPAN_MS = 10 * 60_000

/** What the platform does and how it is, followed from the first visit of a platform page until the sign-out. */
export const usePlatform = defineStore('platform', () => {
  const session = useSession()
  const connection = useConnection()
  const health = shallowRef<PlatformHealth | null>(null)
  const metrics = shallowRef<PlatformMetrics | null>(null)
  const samples = shallowRef<readonly Sample[]>([])
  const moments = shallowRef<readonly Moment[]>([])
  /** Every node of the span, also one that the others no longer name, as it was last seen. */
  const known = shallowRef<ReadonlyMap<string, NodeHealth>>(new Map())
  const problem = shallowRef<LiveProblem | null>(null)
  const heardAt = ref<number | null>(null)
  let stops: Array<() => void> = []

  function follow(): void {
    if (stops.length > 0 && problem.value === null) return
    leave()
    const onEnd = (refusal: LiveProblem) => (problem.value = refusal)
    stops = [
      connection.subscribe('platform/health', { onEnd, onValue: (value) => healthCame(value as PlatformHealth) }),
      connection.subscribe('platform/metrics', { onEnd, onValue: (value) => metricsCame(value as PlatformMetrics) }),
    ]
  }

  function leave(): void {
    for (const stop of stops) stop()
    stops = []
    problem.value = null
  }

  function healthCame(value: PlatformHealth): void {
    const at = Date.now()
    heardAt.value = at
    health.value = value
    const remembered = [...known.value.values()].filter((node) => at - Date.parse(node.at) < SPAN_MS)
    known.value = new Map([...remembered, ...value.nodes].map((node) => [node.node, node]))
    moments.value = keep(moments.value, { at, states: new Map(value.nodes.map(({ node, state }) => [node, state])) }, SPAN_MS)
  }

  function metricsCame(value: PlatformMetrics): void {
    const at = Date.now()
    heardAt.value = at
    metrics.value = value
    samples.value = keep(samples.value, { at, nodes: value.nodes }, SPAN_MS)
  }

  watch(
    () => session.status,
    (status) => {
      if (status !== 'out') return
      leave()
      health.value = null
      metrics.value = null
      samples.value = []
      moments.value = []
      known.value = new Map()
    },
  )

  return { health, metrics, samples, moments, known, problem, heardAt, follow }
})
