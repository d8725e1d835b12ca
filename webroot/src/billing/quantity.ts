/** What is wrong with a typed quantity; null for a whole number from one up to a million. */
export function wholeQuantity(typed: unknown): string | null {
  const text = String(typed).trim()
  if (!/^\d+$/.test(text) || Number(text) < 1) return 'A whole number, at least 1.'
  return Number(text) > 1_000_000 ? 'At most 1000000.' : null
}

/** What is wrong with the typed code of a currency; null for three capital letters. */
export function currencyCode(typed: unknown): string | null {
  return /^[A-Z]{3}$/.test(String(typed)) ? null : 'Three capital letters, such as EUR.'
}
