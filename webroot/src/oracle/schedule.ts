const UNITS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^PT(\d+(?:\.\d+)?)S$/, 's'],
  [/^PT(\d+)M$/, 'min'],
  [/^PT(\d+)H$/, 'h'],
]
const two = (number: string) => number.padStart(2, '0')

/** A schedule as a person would say it; what has no simple words stays as it is. */
export function scheduleWords(schedule: string): string {
  if (schedule === 'once') return 'once'
  const period = schedule.replace(/^each /, '')
  for (const [pattern, unit] of UNITS) {
    const count = pattern.exec(period)?.[1]
    if (count) return `every ${count} ${unit}`
  }
  const [minute = '', hour = '', ...rest] = schedule.replace(/ Z$/, '').split(' ')
  if (rest.join(' ') !== '* * *') return schedule
  if (/^\d+$/.test(minute) && /^\d+$/.test(hour)) return `every day at ${two(hour)}:${two(minute)} UTC`
  if (/^\d+$/.test(minute) && hour === '*') return `every hour at :${two(minute)}`
  const step = /^\*\/(\d+)$/.exec(minute)?.[1]
  return step && hour === '*' ? `every ${step} min` : schedule
}
