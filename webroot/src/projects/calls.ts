import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { api, take } from '@/api/client'
import { useCursorList } from '@/api/queries'
import type { Project } from '@/api/types'

export function useProjects(orgId: MaybeRefOrGetter<string>) {
  return useCursorList<Project>({
    key: computed(() => ['orgs', toValue(orgId), 'projects', 'list']),
    page: (after) =>
      take(
        api.GET('/v1/orgs/{orgId}/projects', {
          params: { path: { orgId: toValue(orgId) }, query: after ? { after } : {} },
        }),
      ),
    id: (project) => project.id,
    enabled: () => toValue(orgId) !== '',
  })
}

export function useProject(orgId: MaybeRefOrGetter<string>, projectId: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['orgs', toValue(orgId), 'projects', toValue(projectId)]),
    queryFn: () =>
      take(
        api.GET('/v1/orgs/{orgId}/projects/{projectId}', {
          params: { path: { orgId: toValue(orgId), projectId: toValue(projectId) } },
        }),
      ),
    enabled: () => toValue(orgId) !== '' && toValue(projectId) !== '',
  })
}
