/** The same length of time on, month by month as a calendar counts. */
export function later(from: string, by: { days?: number; months?: number }): string {
  const date = new Date(from)
  if (by.months) {
    const day = date.getUTCDate()
    date.setUTCDate(1)
    date.setUTCMonth(date.getUTCMonth() + by.months)
    date.setUTCDate(Math.min(day, new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()))
  }
  if (by.days) date.setUTCDate(date.getUTCDate() + by.days)
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
