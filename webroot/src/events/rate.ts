/** Events per bucket, the oldest first, ending with the bucket that is running. */
export function rate(times: readonly number[], now: number, bucketMs: number, buckets: number): { starts: number[]; counts: number[] } {
  const last = Math.floor(now / bucketMs)
  const first = last - buckets + 1
  const counts = new Array<number>(buckets).fill(0)
  for (const time of times) {
    const bucket = Math.floor(time / bucketMs) - first
    if (bucket >= 0 && bucket < buckets) counts[bucket]! += 1
  }
  return { starts: counts.map((_, index) => (first + index) * bucketMs), counts }
}
