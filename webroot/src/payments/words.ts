import type { Difference, Payment, Refund, Webhook } from './calls'

type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent'

export const PAYMENT_TONES: Readonly<Record<Payment['status'], Tone>> = {
  pending: 'accent',
  action_needed: 'warn',
  processing: 'accent',
  failed: 'bad',
  cancelled: 'neutral',
  succeeded: 'good',
}

export const REFUND_TONES: Readonly<Record<Refund['status'], Tone>> = {
  awaiting_approval: 'warn',
  requested: 'accent',
  reserved: 'accent',
  sent: 'accent',
  succeeded: 'good',
  failed: 'bad',
  declined: 'neutral',
}

/** What a step of a refund means. */
export const REFUND_STEPS: Readonly<Record<Refund['status'], string>> = {
  awaiting_approval: 'Waits for an operator to approve it',
  requested: 'Asked for',
  reserved: 'Reserved in the ledger',
  sent: 'Sent to the payment provider',
  succeeded: 'Paid back',
  failed: 'Failed; what was reserved is released',
  declined: 'Declined',
}

export const DESTINATIONS: Readonly<Record<Refund['destination'], string>> = {
  original_method: 'to what was paid with',
  platform_credit: 'as platform credit',
}

export const DIFFERENCES: Readonly<Record<Difference['kind'], string>> = {
  missing_here: 'Not in our books',
  missing_there: "Not in the provider's books",
  amount: 'Another amount',
  balance: 'The balances differ',
  returned: 'Came back',
  stuck: 'Stuck',
}

export const SUGGESTIONS: Readonly<Record<Difference['suggestion'], string>> = {
  look_again: 'Look again',
  post: 'Post it',
  reverse: 'Take it back',
  ask_provider: 'Ask the provider',
}

export const WEBHOOK_TONES: Readonly<Record<Webhook['status'], Tone>> = { waiting: 'accent', done: 'good', ignored: 'neutral', stuck: 'bad' }

/** `action_needed` → "action needed". */
export const spaced = (word: string): string => word.replaceAll('_', ' ')
