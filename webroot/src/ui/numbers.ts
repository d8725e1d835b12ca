/** Three digits are enough to see a change: 0, 0.42, 7.5, 812, 12.4k. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1_000_000) return `${trim(value / 1_000_000)}M`
  if (size >= 10_000) return `${trim(value / 1_000)}k`
  if (size >= 100) return String(Math.round(value))
  return trim(value)
}

function trim(value: number): string {
  const size = Math.abs(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
  return String(Number(value.toFixed(digits)))
}

/** A share of one as a percentage. */
export function percent(share: number): string {
  const value = share * 100
  if (value > 0 && value < 0.01) return '<0.01%'
  return `${trim(value)}%`
}

/** Bytes in the unit that fits. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${short(value)} ${units[unit]}`
}

/** Milliseconds, or seconds where they are many. */
export function duration(ms: number): string {
  return ms >= 1_000 ? `${short(ms / 1_000)} s` : `${short(ms)} ms`
}

/** "4 s", "3 min", "5 h", "12 d": how long something has been so. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
