import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { api, take } from '@/api/client'
import { ApiProblem } from '@/api/problem'
import { queries } from '@/api/queries'
import type { LoggedEvent } from '@/api/types'

const key = (orgId: string) => ['admin', 'clock', orgId]

/** The test clock of an org; null when it lives in real time. Asked often while it walks. */
export function useClock(orgId: MaybeRefOrGetter<string>, awaited: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => key(toValue(orgId))),
    queryFn: async () => {
      try {
        return await take(api.GET('/v1/admin/orgs/{clockOrgId}/clock', { params: { path: { clockOrgId: toValue(orgId) } } }))
      } catch (thrown) {
        if (thrown instanceof ApiProblem && thrown.status === 404) return null
        throw thrown
      }
    },
    enabled: () => toValue(orgId) !== '',
    refetchInterval: (query) => (query.state.data?.walking || toValue(awaited) ? 400 : false),
  })
}

export async function moveClock(orgId: string, to: string, headers: { 'Idempotency-Key': string }) {
  await queries.cancelQueries({ queryKey: key(orgId) })
  const clock = await take(api.PUT('/v1/admin/orgs/{clockOrgId}/clock', { params: { path: { clockOrgId: orgId } }, body: { to }, headers }))
  queries.setQueryData(key(orgId), clock)
  return clock
}

const PAGES_MAX = 10

/** Where the event log of an org ends now; null when the reader may not see it. */
export async function endOfEvents(orgId: string): Promise<string | null> {
  return (await eventsAfter(orgId, null)).cursor
}

/** What happened in an org since a place in its log. */
export async function eventsAfter(orgId: string, after: string | null): Promise<{ events: LoggedEvent[]; cursor: string | null }> {
  const events: LoggedEvent[] = []
  let cursor = after
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { limit: 200, ...(cursor === null ? {} : { after: cursor }) }
    const read = await take(api.GET('/v1/orgs/{orgId}/events', { params: { path: { orgId }, query } }))
    events.push(...read.items)
    cursor = read.next ?? read.items.at(-1)?.cursor ?? cursor
    if (!read.next) break
  }
  return { events, cursor }
}
