import { useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { api, take } from '@/api/client'
import { queries, useCursorList } from '@/api/queries'
import type { components } from '@/api/schema'

type Schemas = components['schemas']
export type Payment = Schemas['Payment']
export type PaymentMethod = Schemas['PaymentMethod']
export type Refund = Schemas['Refund']
export type Difference = Schemas['Difference']
export type Webhook = Schemas['ReceivedWebhook']

type Id = MaybeRefOrGetter<string>
const key = (orgId: Id, ...rest: unknown[]) => ['orgs', toValue(orgId), 'payments', ...rest]
const page = (after: string | undefined) => (after ? { after } : {})
/** What is under way at a provider is asked for again, also where no event says that it moved. */
const OFTEN_MS = 2_000
/** Of what concerns all orgs no event comes to the console. */
const SELDOM_MS = 10_000

const UNDER_WAY = new Set<string>(['pending', 'processing', 'action_needed'])
const ON_ITS_WAY = new Set<string>(['requested', 'reserved', 'sent'])

export const moving = (refund: Pick<Refund, 'status'>): boolean => ON_ITS_WAY.has(refund.status)

export interface PaymentFilter {
  status?: Payment['status']
  invoiceId?: string
}

export function usePayments(orgId: Id, filter: MaybeRefOrGetter<PaymentFilter>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useCursorList<Payment>({
    key: computed(() => key(orgId, 'list', toValue(filter))),
    page: (after) =>
      take(api.GET('/v1/orgs/{orgId}/payments', { params: { path: { orgId: toValue(orgId) }, query: { ...toValue(filter), ...page(after) } } })),
    id: (payment) => payment.id,
    enabled,
  })
}

const one = (orgId: Id, paymentId: Id) => ({ params: { path: { orgId: toValue(orgId), paymentId: toValue(paymentId) } } })

export function usePayment(orgId: Id, paymentId: Id, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => key(orgId, toValue(paymentId))),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/payments/{paymentId}', one(orgId, paymentId))),
    enabled: () => toValue(enabled),
    refetchInterval: (query) => (query.state.data && UNDER_WAY.has(query.state.data.status) ? OFTEN_MS : false),
  })
}

/** Asks the provider what became of a payment; for whoever comes back from its checkout. */
export async function refreshPayment(orgId: string, paymentId: string): Promise<Payment> {
  const payment = await take(api.POST('/v1/orgs/{orgId}/payments/{paymentId}/refresh', one(orgId, paymentId)))
  queries.setQueryData(key(orgId, paymentId), payment)
  return payment
}

export function useMethods(orgId: Id, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => key(orgId, 'methods')),
    queryFn: () => take(api.GET('/v1/orgs/{orgId}/payment-methods', { params: { path: { orgId: toValue(orgId) } } })),
    enabled: () => toValue(enabled),
  })
}

/** The refunds of a payment, the newest first. */
export function useRefunds(orgId: Id, paymentId: Id, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => key(orgId, toValue(paymentId), 'refunds')),
    queryFn: () =>
      take(api.GET('/v1/orgs/{orgId}/refunds', { params: { path: { orgId: toValue(orgId) }, query: { paymentId: toValue(paymentId), limit: 100 } } })),
    enabled: () => toValue(enabled),
    refetchInterval: (query) => (query.state.data?.items.some(moving) ? OFTEN_MS : false),
  })
}

export function useAllRefunds(status: MaybeRefOrGetter<Refund['status'] | undefined>) {
  return useCursorList<Refund>({
    key: computed(() => ['admin', 'refunds', toValue(status) ?? 'all']),
    page: (after) => {
      const narrowed = toValue(status)
      return take(api.GET('/v1/admin/refunds', { params: { query: { ...(narrowed ? { status: narrowed } : {}), ...page(after) } } }))
    },
    id: (refund) => refund.id,
    everyMs: SELDOM_MS,
  })
}

export function useDifferences(resolved: MaybeRefOrGetter<boolean>) {
  return useCursorList<Difference>({
    key: computed(() => ['admin', 'differences', toValue(resolved)]),
    page: (after) => take(api.GET('/v1/admin/payment-differences', { params: { query: { resolved: toValue(resolved), ...page(after) } } })),
    id: (difference) => difference.id,
    everyMs: SELDOM_MS,
  })
}

export function useWebhooks() {
  return useCursorList<Webhook>({
    key: ['admin', 'webhooks'],
    page: (after) => take(api.GET('/v1/admin/payment-webhooks', { params: { query: { limit: 20, ...page(after) } } })),
    id: (webhook) => webhook.id,
    everyMs: SELDOM_MS,
  })
}

export const refreshAdmin = (...what: string[]) => Promise.all(what.map((name) => queries.invalidateQueries({ queryKey: ['admin', name] })))

const setupOf = (orgId: string, setupId: string) => ({ params: { path: { orgId, setupId } } })

/** Opens the provider's page for a payment method, and goes there; its owner comes back to `returnPath`. */
export async function setUp(orgId: string, returnPath: string): Promise<void> {
  const setup = await take(api.POST('/v1/orgs/{orgId}/payment-setups', { params: { path: { orgId } }, body: { returnPath } }))
  if (setup.url) location.assign(setup.url)
}

/** Asks the provider what became of a payment method on its way to the file. */
export const refreshSetup = (orgId: string, setupId: string) => take(api.POST('/v1/orgs/{orgId}/payment-setups/{setupId}/refresh', setupOf(orgId, setupId)))

/** Opens a checkout and goes there; the payer comes back to `returnPath`. */
export async function checkout(
  orgId: string,
  what: { invoiceId: string } | { amount: { amount: number; currency: string } },
  returnPath: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const payment = await take(
    api.POST('/v1/orgs/{orgId}/payments', { params: { path: { orgId } }, body: { ...what, keepMethod: true, returnPath }, headers }),
  )
  if (payment.checkoutUrl) location.assign(payment.checkoutUrl)
}
