import { ref } from 'vue'

/** The present, moving on every ten seconds, so that relative times stay true. */
export const now = ref(Date.now())
setInterval(() => (now.value = Date.now()), 10_000)

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** "12 min ago", "in 6 d"; the date when it is further than a month. */
export function ago(iso: string, from: number): string {
  const time = Date.parse(iso)
  const seconds = Math.round(Math.abs(time - from) / 1000)
  if (seconds > 30 * 86_400) return day.format(time)
  if (seconds < 45) return time > from + 5_000 ? 'in a moment' : 'just now'
  const length =
    seconds < 3_570 ? `${Math.round(seconds / 60)} min` : seconds < 84_600 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
  return time > from ? `in ${length}` : `${length} ago`
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
