import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { useRoute } from 'vue-router'
import { api, take } from '@/api/client'
import { useCursorList } from '@/api/queries'
import type { Member, MyOrg } from '@/api/types'

/** The id of the org in the URL. */
export function useOrgId() {
  const route = useRoute()
  return computed(() => (typeof route.params.orgId === 'string' ? route.params.orgId : ''))
}

export function useMyOrgs() {
  return useCursorList<MyOrg>({
    key: ['my-orgs'],
    page: (after) => take(api.GET('/v1/me/orgs', { params: { query: after ? { after, limit: 200 } : { limit: 200 } } })),
    id: (org) => org.id,
  })
}

export function useOrg(orgId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['orgs', toValue(orgId), 'org']),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}', { params: { path: { orgId: toValue(orgId) } } })),
    enabled: () => toValue(orgId) !== '',
  })
}

/** What the person may do in the org; what they may not do is not offered. */
export function useRights(orgId: MaybeRefOrGetter<string>) {
  const query = useQuery({
    queryKey: computed(() => ['orgs', toValue(orgId), 'rights']),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/access/me', { params: { path: { orgId: toValue(orgId) } } })),
    enabled: () => toValue(orgId) !== '',
    staleTime: 60_000,
  })
  return {
    role: computed(() => query.data.value?.role ?? null),
    permissions: computed(() => query.data.value?.permissions ?? []),
    can: (permission: string) => query.data.value?.permissions.includes(permission) ?? false,
  }
}

export function useMembers(orgId: MaybeRefOrGetter<string>) {
  return useCursorList<Member>({
    key: computed(() => ['orgs', toValue(orgId), 'members']),
    page: (after) =>
      take(
        api.GET('/v1/orgs/{orgId}/members', {
          params: { path: { orgId: toValue(orgId) }, query: after ? { after } : {} },
        }),
      ),
    id: (member) => member.personId,
    enabled: () => toValue(orgId) !== '',
  })
}

/** Names of the org's members by id. */
export function useNames(orgId: MaybeRefOrGetter<string>) {
  const members = useMembers(orgId)
  return computed(() => new Map(members.items.value.map((member) => [member.personId, member.name])))
}

const LAST = 'vertebra.org'

export function rememberOrg(orgId: string): void {
  localStorage.setItem(LAST, orgId)
}

export function lastOrg(): string | null {
  return localStorage.getItem(LAST)
}
