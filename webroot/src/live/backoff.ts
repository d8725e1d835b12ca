const FIRST_MS = 500
const MOST_MS = 10_000

/** Milliseconds to wait before the attempt after `failures` failed ones: doubling, capped, half of it random. */
export function backoff(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1))
  return ceiling / 2 + (random() * ceiling) / 2
}
