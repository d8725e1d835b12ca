import { QueryClient, useInfiniteQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { flatten } from './lists'
import { ApiProblem } from './problem'
import type { Page } from './types'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && error instanceof ApiProblem && (error.status === 0 || error.status >= 502),
      retryDelay: (count) => 500 * 2 ** count,
    },
  },
})

/** A list that is read page by page with a cursor. */
export function useCursorList<T>(options: {
  key: MaybeRefOrGetter<readonly unknown[]>
  page: (after: string | undefined) => Promise<Page<T>>
  id: (item: T) => string
  enabled?: MaybeRefOrGetter<boolean>
  /** For what no event tells of: how often it is read again while it shows; it is also read whenever it is opened. */
  everyMs?: number
}) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(options.key)),
    queryFn: ({ pageParam }) => options.page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<T>) => last.next ?? undefined,
    enabled: () => toValue(options.enabled ?? true),
    ...(options.everyMs ? { staleTime: 0, refetchInterval: options.everyMs } : {}),
  })
  return {
    items: computed(() => flatten(query.data.value?.pages ?? [], options.id)),
    loading: query.isPending,
    refreshing: query.isFetching,
    problem: query.error,
    more: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    reload: () => void query.refetch(),
  }
}
