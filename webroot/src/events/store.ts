import type { LiveEvent, LiveProblem } from '@vertebra/live'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { api, take } from '@/api/client'
import { queries } from '@/api/queries'
import { useConnection } from '@/session/connection'
import { useSession } from '@/session/store'
import { queryKeysOf } from './staleness'

const KEPT = 500
const HISTORY_PAGES = 3
const MARK_MS = 4_000

/** The events of the org that is open, as they happen, and what they make stale. */
export const useLive = defineStore('live', () => {
  const session = useSession()
  const connection = useConnection()
  const orgId = ref<string | null>(null)
  const events = shallowRef<readonly LiveEvent[]>([])
  const received = ref(0)
  const truncated = ref(false)
  const problem = shallowRef<LiveProblem | null>(null)
  const marked = ref<ReadonlySet<string>>(new Set())
  const lagMs = ref<number | null>(null)
  let stop: (() => void) | null = null
  let stale = new Map<string, readonly unknown[]>()
  let flush: ReturnType<typeof setTimeout> | undefined

  /** Follows the events of an org: first what the log still holds of the past, then what happens. */
  async function follow(id: string | null): Promise<void> {
    if (id !== orgId.value) await begin(id)
  }

  async function begin(id: string | null): Promise<void> {
    stop?.()
    stop = null
    orgId.value = id
    events.value = []
    problem.value = null
    truncated.value = false
    lagMs.value = null
    if (id === null) return
    const after = await history(id).catch(() => null)
    if (orgId.value !== id) return
    stop = connection.subscribe(`orgs/${id}/events`, {
      after,
      onEvent: (event) => arrive(id, event),
      // What was missed can only be read anew: the past that is still kept, and every cached answer.
      onReset: () => void begin(id).then(() => queries.invalidateQueries()),
      onEnd: (refusal) => (problem.value = refusal),
    })
  }

  async function history(id: string): Promise<string | null> {
    let after: string | undefined
    for (let page = 0; page < HISTORY_PAGES; page++) {
      const query = after === undefined ? { limit: 200 } : { limit: 200, after }
      const read = await take(api.GET('/v1/orgs/{orgId}/events', { params: { path: { orgId: id }, query } }))
      if (orgId.value !== id) return null
      events.value = [...events.value, ...(read.items as LiveEvent[])].slice(-KEPT)
      after = read.next ?? read.items.at(-1)?.cursor ?? after
      if (read.items.length < 200) return after ?? null
    }
    truncated.value = true
    return null
  }

  function arrive(id: string, event: LiveEvent): void {
    if (orgId.value !== id || events.value.some((kept) => kept.id === event.id)) return
    received.value++
    lagMs.value = Math.max(0, Date.now() - Date.parse(event.at))
    events.value = [...events.value, event].slice(-KEPT)
    mark(event.key)
    for (const key of queryKeysOf(event, id)) stale.set(JSON.stringify(key), key)
    flush ??= setTimeout(refresh, 200)
  }

  function refresh(): void {
    flush = undefined
    const keys = stale
    stale = new Map()
    for (const queryKey of keys.values()) void queries.invalidateQueries({ queryKey })
  }

  function mark(id: string): void {
    marked.value = new Set([...marked.value, id])
    setTimeout(() => (marked.value = new Set([...marked.value].filter((one) => one !== id))), MARK_MS)
  }

  watch(
    () => session.status,
    (status) => status === 'out' && void follow(null),
  )

  return {
    state: computed(() => connection.state),
    retryAt: computed(() => connection.retryAt),
    orgId,
    events,
    received,
    truncated,
    problem,
    marked,
    lagMs,
    follow,
    wake: () => connection.wake(),
  }
})
