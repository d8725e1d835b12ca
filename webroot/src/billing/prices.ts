import type { Format } from '@/ui/format'
import type { Meter, Plan, Price, Tier } from './types'

/** The currencies in which a plan is sold. */
export function currenciesOf(plan: Pick<Plan, 'prices'>): string[] {
  return [...new Set(plan.prices.map((price) => price.currency))].sort()
}

/** What a plan costs before anything is used: its flat prices and those of one unit. */
export function base(plan: Pick<Plan, 'prices'>, currency: string, quantity = 1): number | null {
  let sum = 0
  for (const price of plan.prices) {
    if (price.currency !== currency || price.meter) continue
    if (price.model === 'flat') sum += price.unitAmount ?? 0
    else if (price.model === 'per_unit') sum += (price.unitAmount ?? 0) * quantity
    else return null
  }
  return sum
}

/** How a price counts, in words: what it asks for what. */
export function priceWords(price: Price, format: Pick<Format, 'exact' | 'number'>, meter?: Pick<Meter, 'unit'>): string[] {
  const unit = meter?.unit ?? price.meter ?? 'unit'
  const amount = (minor: number) => (minor === 0 ? 'free' : format.exact(minor, price.currency))
  if (price.model === 'flat') return [amount(price.unitAmount ?? 0)]
  if (price.model === 'per_unit') return [`${amount(price.unitAmount ?? 0)} a ${unit}`]
  if (price.model === 'package') return [`${amount(price.unitAmount ?? 0)} per ${format.number(price.packageSize ?? 1)} ${unit}s begun`]
  return (price.tiers ?? []).map((tier, index, all) => {
    const rate = tier.unitAmount === 0 ? 'free' : `${amount(tier.unitAmount)} a ${unit}`
    return `${range(tier, all[index - 1], format)}: ${rate}${tier.flatAmount ? ` and ${amount(tier.flatAmount)}` : ''}`
  })
}

function range(tier: Tier, before: Tier | undefined, format: Pick<Format, 'number'>): string {
  if (tier.upTo == null) return before?.upTo == null ? 'all' : `above ${format.number(before.upTo)}`
  return before?.upTo == null ? `up to ${format.number(tier.upTo)}` : `${format.number(before.upTo)} to ${format.number(tier.upTo)}`
}

/** How tiers count. */
export const MODELS: Readonly<Record<Price['model'], string>> = {
  flat: 'flat',
  per_unit: 'per unit',
  graduated: 'graduated: each tier at its own price',
  volume: 'volume: all at the price of the tier reached',
  package: 'by the package',
}
