import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { api, take } from '@/api/client'
import { useCursorList } from '@/api/queries'
import type { AuditEntry } from '@/api/types'

/** What the audit can be narrowed down to; the same names as in the URL. */
export interface AuditFilter {
  actor?: string
  action?: string
  target?: string
  outcome?: 'done' | 'refused'
  from?: string
  until?: string
}

export function useAudit(
  orgId: MaybeRefOrGetter<string>,
  filter: MaybeRefOrGetter<AuditFilter>,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  return useCursorList<AuditEntry>({
    key: computed(() => ['orgs', toValue(orgId), 'audit', 'list', toValue(filter)]),
    page: (after) => {
      const query = { ...toValue(filter), limit: 50, ...(after ? { after } : {}) }
      return take(api.GET('/v1/orgs/{orgId}/audit', { params: { path: { orgId: toValue(orgId) }, query } }))
    },
    id: (entry) => entry.id,
    enabled,
  })
}

export function useChain(orgId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['orgs', toValue(orgId), 'audit', 'chain']),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/audit/chain', { params: { path: { orgId: toValue(orgId) } } })),
    refetchInterval: (query) => ((query.state.data?.unsealed ?? 0) > 0 ? 2_000 : 30_000),
  })
}
