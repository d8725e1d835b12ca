import type { MoneyAmount } from '@/ui/money'
import type { Account, Entry, Transaction } from './calls'

export const TYPES: ReadonlyArray<{ type: Account['type']; label: string }> = [
  { type: 'asset', label: 'Assets' },
  { type: 'liability', label: 'Liabilities' },
  { type: 'equity', label: 'Equity' },
  { type: 'income', label: 'Income' },
  { type: 'expense', label: 'Expenses' },
]

/** `credits:0193b1c0-…` → `credits:0193b1c0…`: codes with an id in them are cut. */
export function shortCode(code: string): string {
  return code.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/, '$1…')
}

/** What a transaction moves in each currency: its debits, which are as much as its credits. */
export function moved(transaction: Pick<Transaction, 'entries'>): MoneyAmount[] {
  const sums = new Map<string, number>()
  for (const { side, phase, amount } of transaction.entries) {
    // What a settlement releases is not moved a second time.
    if (side === 'debit' && phase !== 'released') sums.set(amount.currency, (sums.get(amount.currency) ?? 0) + amount.amount)
  }
  return [...sums].map(([currency, amount]) => ({ amount, currency }))
}

/** The accounts of one side, in words. */
export function sideOf(entries: readonly Entry[], side: Entry['side'], codes: ReadonlyMap<string, string>): string {
  const names = entries.filter((entry) => entry.side === side && entry.phase !== 'released').map(({ accountId }) => shortCode(codes.get(accountId) ?? accountId))
  return [...new Set(names)].join(', ')
}

/** Where the cause of a transaction can be seen. */
export function causeLink(cause: string, orgId: string) {
  const [kind, id] = cause.split(':')
  if (!id) return null
  if (kind === 'invoice') return { name: 'invoice', params: { orgId, invoiceId: id } }
  return kind === 'payment' ? { name: 'payment', params: { orgId, paymentId: id } } : null
}
