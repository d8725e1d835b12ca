/** Something that the palette can find. */
export interface Findable {
  id: string
  label: string
  /** Further words it is found by. */
  words: string
  hint?: string
  /** Comes after its equals. */
  lesser?: boolean
}

/** The best matches for what was typed: every word must occur; beginnings and labels count more. */
export function find<T extends Findable>(all: readonly T[], typed: string, most: number): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return all.slice(0, most)
  return all
    .map((one) => ({ one, score: score(one, words) }))
    .filter((hit) => hit.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map((hit) => hit.one)
}

function score(one: Findable, words: readonly string[]): number {
  const label = one.label.toLowerCase()
  const rest = `${one.words} ${one.id}`.toLowerCase()
  let sum = 0
  for (const word of words) {
    if (label.startsWith(word)) sum += 8
    else if (label.includes(` ${word}`)) sum += 5
    else if (label.includes(word)) sum += 3
    else if (rest.includes(word)) sum += 1
    else return 0
  }
  return one.lesser ? sum / 2 : sum
}

/** Whether the text is an id (a UUID). */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text.trim())
}
