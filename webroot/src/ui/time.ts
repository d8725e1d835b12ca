import { ref } from 'vue'

/** The present, moving on every ten seconds, so that relative times stay true. */
export const now = ref(Date.now())
setInterval(() => (now.value = Date.now()), 10_000)

const steps: Array<[Intl.RelativeTimeFormatUnit, number]> = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** "3 min. ago", "in 2 days". */
export function ago(iso: string, from: number): string {
  const seconds = Math.round((Date.parse(iso) - from) / 1000)
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  }
  return seconds > 5 ? 'in a moment' : 'just now'
}

const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** The exact time in the reader's zone. */
export function exact(iso: string): string {
  return full.format(new Date(iso))
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 })

/** Time of day to the millisecond. */
export function timeOfDay(iso: string): string {
  return clock.format(new Date(iso))
}
