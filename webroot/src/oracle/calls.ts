import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { api, take } from '@/api/client'
import { queries, useCursorList } from '@/api/queries'
import type { components } from '@/api/schema'

type Schemas = components['schemas']
export type Reader = Schemas['Reader']
export type DeadLetter = Schemas['DeadLetter']
export type Job = Schemas['Job']
export type ErrorGroup = Schemas['ErrorGroup']

/** What changes by itself is read again while its page is shown. */
const OFTEN_MS = 5_000
const MOST = 200

export function useReaders() {
  return useQuery({
    queryKey: ['admin', 'readers'],
    queryFn: () => take(api.GET('/v1/admin/readers', { params: { query: { limit: MOST } } })),
    refetchInterval: OFTEN_MS,
  })
}

export function useJobs() {
  return useQuery({
    queryKey: ['admin', 'jobs'],
    queryFn: () => take(api.GET('/v1/admin/jobs', { params: { query: { limit: MOST } } })),
    refetchInterval: OFTEN_MS,
  })
}

/** The dead letters of one reader, or of all when it is empty. */
export function useDeadLetters(reader: MaybeRefOrGetter<string>) {
  return useCursorList<DeadLetter>({
    key: computed(() => ['admin', 'dead-letters', toValue(reader)]),
    page: (after) =>
      take(
        api.GET('/v1/admin/dead-letters', {
          params: { query: { ...(toValue(reader) ? { reader: toValue(reader) } : {}), ...(after ? { after } : {}) } },
        }),
      ),
    id: (letter) => letter.id,
  })
}

/** Open errors, or resolved ones, the newest first. */
export function useErrors(resolved: MaybeRefOrGetter<boolean>) {
  return useCursorList<ErrorGroup>({
    key: computed(() => ['admin', 'errors', toValue(resolved)]),
    page: (after) => take(api.GET('/v1/admin/errors', { params: { query: { resolved: toValue(resolved), ...(after ? { after } : {}) } } })),
    id: (error) => error.id,
    everyMs: OFTEN_MS,
  })
}

export function useErrorLosses() {
  return useQuery({
    queryKey: ['admin', 'error-losses'],
    queryFn: () => take(api.GET('/v1/admin/error-losses', { params: { query: { limit: MOST } } })),
    refetchInterval: OFTEN_MS,
  })
}

export function findError(errorGroupId: string): Promise<ErrorGroup> {
  return take(api.GET('/v1/admin/errors/{errorGroupId}', { params: { path: { errorGroupId } } }))
}

const stale = (...what: string[]) => Promise.all(what.map((name) => queries.invalidateQueries({ queryKey: ['admin', name] })))

export async function retryDeadLetter(deadLetterId: string): Promise<void> {
  await take(api.POST('/v1/admin/dead-letters/{deadLetterId}/retry', { params: { path: { deadLetterId } } }))
  await stale('dead-letters', 'readers')
}

export async function discardDeadLetter(deadLetterId: string): Promise<void> {
  await take(api.DELETE('/v1/admin/dead-letters/{deadLetterId}', { params: { path: { deadLetterId } } }))
  await stale('dead-letters', 'readers')
}

export async function retireReader(name: string): Promise<void> {
  await take(api.DELETE('/v1/admin/readers/{name}', { params: { path: { name } } }))
  await stale('readers', 'dead-letters')
}

export async function runJob(name: string): Promise<void> {
  await take(api.POST('/v1/admin/jobs/{name}/run', { params: { path: { name } } }))
  await stale('jobs')
}

export async function resolveError(errorGroupId: string): Promise<void> {
  await take(api.POST('/v1/admin/errors/{errorGroupId}/resolve', { params: { path: { errorGroupId } } }))
  await stale('errors')
}
