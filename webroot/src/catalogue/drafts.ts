import type { Price } from '@/billing/types'
import { minorOf, typedOf } from '@/ui/money'

/** A price as it is typed: everything is text, amounts are in major units. */
export interface PriceDraft {
  key: number
  code: string
  name: string
  currency: string
  model: Price['model']
  meter: string
  amount: string
  packageSize: string
  tiers: TierDraft[]
  taxIncluded: boolean
}

export interface TierDraft {
  upTo: string
  amount: string
  flat: string
}

let serial = 0
/** Prices of a unit may be finer than the currency. */
const FINER = 9

export const tiered = (model: Price['model']): boolean => model === 'graduated' || model === 'volume'

export function newPrice(currency = 'EUR'): PriceDraft {
  return { key: ++serial, code: '', name: '', currency, model: 'flat', meter: '', amount: '', packageSize: '', tiers: [newTier()], taxIncluded: false }
}

export const newTier = (): TierDraft => ({ upTo: '', amount: '', flat: '' })

export function draftOf(price: Price): PriceDraft {
  const typed = (minor: number | undefined) => (minor === undefined ? '' : typedOf(minor, price.currency))
  return {
    key: ++serial,
    code: price.code,
    name: price.name,
    currency: price.currency,
    model: price.model,
    meter: price.meter ?? '',
    amount: typed(price.unitAmount),
    packageSize: price.packageSize === undefined ? '' : String(price.packageSize),
    tiers: price.tiers?.map((tier) => ({ upTo: tier.upTo === undefined ? '' : String(tier.upTo), amount: typed(tier.unitAmount), flat: typed(tier.flatAmount) })) ?? [newTier()],
    taxIncluded: price.taxIncluded === true,
  }
}

/** What a draft says to the API. */
export function priceOf(draft: PriceDraft): Price {
  const minor = (typed: string) => minorOf(typed, draft.currency, FINER) ?? 0
  const { code, name, currency, model } = draft
  const price: Price = { code, name, currency, model }
  if (draft.taxIncluded) price.taxIncluded = true
  if (draft.meter && model !== 'flat') price.meter = draft.meter
  if (model === 'package') price.packageSize = Number(draft.packageSize)
  if (!tiered(model)) return { ...price, unitAmount: minor(draft.amount) }
  price.tiers = draft.tiers.map((tier) => ({
    ...(tier.upTo ? { upTo: Number(tier.upTo) } : {}),
    unitAmount: minor(tier.amount),
    ...(tier.flat ? { flatAmount: minor(tier.flat) } : {}),
  }))
  return price
}

/** What is wrong with a draft, in words; null when it can be sent. */
export function mistake(draft: PriceDraft): string | null {
  const amount = (typed: string) => minorOf(typed, draft.currency, FINER) !== null
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(draft.code)) return 'The code has small letters, digits, dots and dashes.'
  if (!draft.name.trim()) return 'It needs a name.'
  if (!/^[A-Z]{3}$/.test(draft.currency)) return 'The currency has three capital letters.'
  if (draft.model === 'package' && !/^[1-9]\d*$/.test(draft.packageSize)) return 'Say how many units a package holds.'
  if (!tiered(draft.model)) return amount(draft.amount) ? null : 'The amount is not one.'
  return tiersMistake(draft.tiers, amount)
}

function tiersMistake(tiers: readonly TierDraft[], amount: (typed: string) => boolean): string | null {
  let before = 0
  for (const [index, tier] of tiers.entries()) {
    const last = index === tiers.length - 1
    if (!amount(tier.amount) || (tier.flat !== '' && !amount(tier.flat))) return `The amount of tier ${index + 1} is not one.`
    if (last !== (tier.upTo === '')) return 'Each tier but the last one says up to which quantity it goes.'
    if (!last && !(Number(tier.upTo) > before)) return 'Tiers grow from one to the next.'
    before = Number(tier.upTo)
  }
  return null
}

/** `projects = 3`, one a line, as a map; null when a line is something else. */
export function entitlementsOf(typed: string): Record<string, number> | null {
  const values: Record<string, number> = {}
  for (const line of typed.split('\n').map((one) => one.trim()).filter(Boolean)) {
    const match = /^([a-z0-9][a-z0-9._-]{0,62})\s*[=:]\s*(\d{1,15})$/.exec(line)
    if (!match?.[1]) return null
    values[match[1]] = Number(match[2])
  }
  return values
}
