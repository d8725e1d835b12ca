import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { api, take } from '@/api/client'
import { useCursorList } from '@/api/queries'
import type { components } from '@/api/schema'

type Schemas = components['schemas']
export type Account = Schemas['Account']
export type Entry = Schemas['LedgerEntry']
export type Transaction = Schemas['Transaction']
export type TrialBalance = Schemas['TrialBalance']
export type Proof = Schemas['LedgerVerification']

type Id = MaybeRefOrGetter<string>
type Time = MaybeRefOrGetter<string | undefined>
const key = (orgId: Id, ...rest: unknown[]) => ['orgs', toValue(orgId), 'ledger', ...rest]
const asOf = (at: Time) => {
  const time = toValue(at)
  return time ? { at: time } : {}
}

/** The accounts with their balances, now or as of a time. */
export function useAccounts(orgId: Id, at: Time = undefined, enabled: MaybeRefOrGetter<boolean> = true) {
  return useCursorList<Account>({
    key: computed(() => key(orgId, 'accounts', toValue(at) ?? 'now')),
    page: (after) =>
      take(
        api.GET('/v1/orgs/{orgId}/ledger/accounts', {
          params: { path: { orgId: toValue(orgId) }, query: { limit: 200, ...asOf(at), ...(after ? { after } : {}) } },
        }),
      ),
    id: (account) => account.id,
    enabled,
  })
}

export function useAccount(orgId: Id, accountId: Id, at: Time) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'account', toValue(accountId), toValue(at) ?? 'now')),
    queryFn: () =>
      take(
        api.GET('/v1/orgs/{orgId}/ledger/accounts/{accountId}', {
          params: { path: { orgId: toValue(orgId), accountId: toValue(accountId) }, query: asOf(at) },
        }),
      ),
    placeholderData: keepPreviousData,
  })
}

export function useEntries(orgId: Id, accountId: Id) {
  return useCursorList<Entry>({
    key: computed(() => key(orgId, 'entries', toValue(accountId))),
    page: (after) =>
      take(
        api.GET('/v1/orgs/{orgId}/ledger/accounts/{accountId}/entries', {
          params: { path: { orgId: toValue(orgId), accountId: toValue(accountId) }, query: after ? { after } : {} },
        }),
      ),
    id: (entry) => `${entry.accountId}:${entry.place}`,
  })
}

/** The transactions of a book, or those that one thing made. */
export function usePostings(orgId: Id, cause: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useCursorList<Transaction>({
    key: computed(() => key(orgId, 'transactions', toValue(cause))),
    page: (after) => {
      const only = toValue(cause)
      const query = { ...(only ? { cause: only } : {}), ...(after ? { after } : {}) }
      return take(api.GET('/v1/orgs/{orgId}/ledger/transactions', { params: { path: { orgId: toValue(orgId) }, query } }))
    },
    id: (transaction) => transaction.id,
    enabled,
  })
}

export function useTransaction(orgId: Id, transactionId: Id) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'transaction', toValue(transactionId))),
    queryFn: () =>
      take(
        api.GET('/v1/orgs/{orgId}/ledger/transactions/{transactionId}', {
          params: { path: { orgId: toValue(orgId), transactionId: toValue(transactionId) } },
        }),
      ),
    // The seal comes a moment after the posting.
    refetchInterval: (query) => (query.state.data && query.state.data.sequence == null ? 2_000 : false),
  })
}

export function useTrialBalance(orgId: Id, at: Time, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'trial', toValue(at) ?? 'now')),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/ledger/trial-balance', { params: { path: { orgId: toValue(orgId) }, query: asOf(at) } })),
    enabled: () => toValue(enabled),
    placeholderData: keepPreviousData,
  })
}

/** Lets the book prove itself. */
export const verifyBook = (orgId: string): Promise<Proof> => take(api.GET('/v1/orgs/{orgId}/ledger/verification', { params: { path: { orgId } } }))
