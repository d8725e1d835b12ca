/** A language that the browser knows; null for anything else. */
export function language(tag: string | null | undefined): string | null {
  try {
    return tag ? (Intl.NumberFormat.supportedLocalesOf(tag)[0] ?? null) : null
  } catch {
    return null
  }
}
