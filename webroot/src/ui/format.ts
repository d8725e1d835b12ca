import { computed } from 'vue'
import { useSession } from '@/session/store'
import { language } from './language'
import { exactMoney, money, type MoneyAmount } from './money'

/**
 * Money, numbers and days in the reader's language: the one of the profile, else the browser's. Days are those of UTC,
 * by which is billed, so that a page and its print say the same.
 */
export function useFormat() {
  const session = useSession()
  const locale = computed(() => language(session.person?.locale) ?? language(navigator.language) ?? 'en-GB')
  const number = computed(() => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 9 }))
  const day = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }))
  const moment = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }))
  const second = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }))
  return {
    locale,
    money: (of: MoneyAmount) => money(of, locale.value),
    exact: (minor: number, currency: string) => exactMoney(minor, currency, locale.value),
    number: (value: number) => number.value.format(value),
    day: (iso: string) => day.value.format(Date.parse(iso)),
    moment: (iso: string) => `${moment.value.format(Date.parse(iso))} UTC`,
    second: (iso: string) => `${second.value.format(Date.parse(iso))} UTC`,
    /** The days of a span whose end is not part of it any more. */
    span: (from: string, until: string) => day.value.formatRange(Date.parse(from), Math.max(Date.parse(from), Date.parse(until) - 1)),
  }
}

export type Format = ReturnType<typeof useFormat>
