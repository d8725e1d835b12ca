import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { api, take } from '@/api/client'
import { queries, useCursorList } from '@/api/queries'
import type { CreditGrant, Invoice, InvoiceStatus, Proration, Step, Subscription } from './types'

type Id = MaybeRefOrGetter<string>
const MOST = { limit: 200 }
const org = (orgId: Id) => ({ path: { orgId: toValue(orgId) } })
const page = (after: string | undefined) => (after ? { after } : {})
const key = (orgId: Id, ...rest: unknown[]) => ['orgs', toValue(orgId), 'billing', ...rest]

export const usePlans = () => useQuery({ queryKey: ['catalogue', 'plans'], queryFn: () => take(api.GET('/v1/plans', { params: { query: MOST } })) })

export const useProducts = () => useQuery({ queryKey: ['catalogue', 'products'], queryFn: () => take(api.GET('/v1/products', { params: { query: MOST } })) })

export const useMeters = () => useQuery({ queryKey: ['catalogue', 'meters'], queryFn: () => take(api.GET('/v1/meters', { params: { query: MOST } })) })

export function useSubscriptions(orgId: Id, enabled: MaybeRefOrGetter<boolean> = true) {
  return useCursorList<Subscription>({
    key: computed(() => key(orgId, 'subscriptions')),
    page: (after) => take(api.GET('/v1/orgs/{orgId}/subscriptions', { params: { ...org(orgId), query: page(after) } })),
    id: (one) => one.id,
    enabled,
  })
}

const one = (orgId: Id, subscriptionId: Id) => ({ path: { orgId: toValue(orgId), subscriptionId: toValue(subscriptionId) } })

/** What the next invoice would say. */
export function useUpcoming(orgId: Id, subscriptionId: Id, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'upcoming', toValue(subscriptionId))),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/subscriptions/{subscriptionId}/upcoming', { params: one(orgId, subscriptionId) })),
    enabled: () => toValue(enabled),
  })
}

export interface Change {
  plan: string
  quantity: number
  proration: Proration
}

/** What a change would cost, without doing it. */
export function usePreview(orgId: Id, subscriptionId: Id, change: MaybeRefOrGetter<Change>, enabled: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'preview', toValue(subscriptionId), toValue(change))),
    queryFn: () =>
      take(
        api.GET('/v1/orgs/{orgId}/subscriptions/{subscriptionId}/change-preview', {
          params: { ...one(orgId, subscriptionId), query: toValue(change) },
        }),
      ),
    enabled: () => toValue(enabled),
    placeholderData: keepPreviousData,
  })
}

export function useEntitlements(orgId: Id) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'entitlements')),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/entitlements', { params: org(orgId) })),
  })
}

export interface UsageQuery {
  subscriptionId?: string
  from?: string
  until?: string
  step?: Step
}

/** The series of a meter; without other words the last thirty days of the org's own time. */
export function useUsage(orgId: Id, meter: Id, query: MaybeRefOrGetter<UsageQuery>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'usage', toValue(meter), toValue(query))),
    queryFn: () =>
      take(
        api.GET('/v1/orgs/{orgId}/usage/{meter}', {
          params: { path: { orgId: toValue(orgId), meter: toValue(meter) }, query: toValue(query) },
        }),
      ),
    enabled: () => toValue(enabled),
    placeholderData: keepPreviousData,
  })
}

export function useInvoices(orgId: Id, status: MaybeRefOrGetter<InvoiceStatus | undefined>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useCursorList<Invoice>({
    key: computed(() => key(orgId, 'invoices', 'list', toValue(status) ?? 'all')),
    page: (after) => {
      const narrowed = toValue(status)
      const query = { ...(narrowed ? { status: narrowed } : {}), ...page(after) }
      return take(api.GET('/v1/orgs/{orgId}/invoices', { params: { ...org(orgId), query } }))
    },
    id: (invoice) => invoice.id,
    enabled,
  })
}

const invoiceOf = (orgId: Id, invoiceId: Id) => ({ path: { orgId: toValue(orgId), invoiceId: toValue(invoiceId) } })

export function useInvoice(orgId: Id, invoiceId: Id) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'invoices', toValue(invoiceId))),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/invoices/{invoiceId}', { params: invoiceOf(orgId, invoiceId) })),
  })
}

/** The page of an invoice that the server writes for printing. */
export function useInvoicePage(orgId: Id, invoiceId: Id) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'invoices', toValue(invoiceId), 'page')),
    queryFn: async () =>
      String(await take(api.GET('/v1/orgs/{orgId}/invoices/{invoiceId}/page', { params: invoiceOf(orgId, invoiceId), parseAs: 'text' }))),
  })
}

export function useCreditNotes(orgId: Id, invoiceId: Id) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'invoices', toValue(invoiceId), 'credit-notes')),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/invoices/{invoiceId}/credit-notes', { params: invoiceOf(orgId, invoiceId) })),
  })
}

export function useProfile(orgId: Id, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'profile')),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/billing-profile', { params: org(orgId) })),
    enabled: () => toValue(enabled),
  })
}

export function useGrants(orgId: Id, enabled: MaybeRefOrGetter<boolean> = true) {
  return useCursorList<CreditGrant>({
    key: computed(() => key(orgId, 'grants')),
    page: (after) => take(api.GET('/v1/orgs/{orgId}/grants', { params: { ...org(orgId), query: page(after) } })),
    id: (grant) => grant.id,
    enabled,
  })
}

export function useWallet(orgId: Id, currency: Id) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'wallet', toValue(currency))),
    queryFn: () =>
      take(api.GET('/v1/orgs/{orgId}/wallets/{currency}', { params: { path: { orgId: toValue(orgId), currency: toValue(currency) } } })),
  })
}

/** Whatever was read of an org's money is read again. */
export function refreshMoney(orgId: string): Promise<unknown> {
  return Promise.all(['billing', 'ledger', 'payments'].map((what) => queries.invalidateQueries({ queryKey: ['orgs', orgId, what] })))
}

export const refreshCatalogue = () => queries.invalidateQueries({ queryKey: ['catalogue'] })
