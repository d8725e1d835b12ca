import type { Invoice, InvoiceStatus, Line, Proration, Subscription, Wallet } from './types'

type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent'

export const INVOICE_TONES: Readonly<Record<InvoiceStatus, Tone>> = { draft: 'neutral', open: 'warn', paid: 'good', void: 'neutral', uncollectible: 'bad' }

export const SUBSCRIPTION_TONES: Readonly<Record<Subscription['status'], Tone>> = { trialing: 'accent', active: 'good', paused: 'warn', cancelled: 'neutral' }

export const WALLET_TONES: Readonly<Record<Wallet['state'], Tone>> = { ok: 'good', low: 'warn', grace: 'bad', released: 'bad' }

export const LINE_KINDS: Readonly<Record<Line['kind'], string>> = {
  recurring: 'in advance',
  usage: 'usage',
  late_usage: 'late usage',
  proration: 'proration',
  manual: 'by hand',
  carried: 'carried over',
}

/** What is said of the tax on a line, by how the customer is taxed. */
export const TAXES: Readonly<Record<Invoice['profile']['taxExempt'], string>> = { none: 'Tax', exempt: 'Exempt from tax', reverse: 'Reverse charge' }

/** What a plan allows, where the platform itself heeds it. */
export const ALLOWANCES: Readonly<Record<string, string>> = { 'limits.org-per-minute': 'requests a minute in this org' }

/** What becomes of the running period when a subscription changes. */
export const PRORATIONS: ReadonlyArray<{ value: Proration; label: string; meaning: string }> = [
  { value: 'immediate', label: 'Settle now', meaning: 'What is unused is given back and the new time charged, on an invoice at once.' },
  { value: 'next_invoice', label: 'On the next invoice', meaning: 'The same amounts, on the next invoice.' },
  { value: 'none', label: 'Without settling', meaning: 'The plan changes now, nothing is given back: for what costs and allows no more than was charged.' },
  { value: 'at_period_end', label: 'From the next period', meaning: 'Everything stays until the period ends.' },
]
