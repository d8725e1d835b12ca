/**
 * What a merge patch (RFC 7396) has to say to turn one form into the other: only what changed; a text that was emptied
 * becomes null.
 */
export function changes<T extends Record<string, unknown>>(before: T, after: T): Partial<{ [K in keyof T]: T[K] | null }> {
  const patch: Partial<{ [K in keyof T]: T[K] | null }> = {}
  for (const key of Object.keys(after) as Array<keyof T>) {
    if (after[key] !== before[key]) patch[key] = after[key] === '' ? null : after[key]
  }
  return patch
}
