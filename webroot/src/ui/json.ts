export type TokenKind = 'key' | 'text' | 'number' | 'word' | 'plain'

/** Cuts indented JSON into coloured parts. */
export function colour(value: unknown): Array<{ kind: TokenKind; text: string }> {
  const source = JSON.stringify(value, null, 2) ?? ''
  const parts: Array<{ kind: TokenKind; text: string }> = []
  const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g
  let at = 0
  for (const match of source.matchAll(pattern)) {
    if (match.index > at) parts.push({ kind: 'plain', text: source.slice(at, match.index) })
    if (match[1] !== undefined) {
      parts.push({ kind: match[2] === undefined ? 'text' : 'key', text: match[1] })
      if (match[2] !== undefined) parts.push({ kind: 'plain', text: match[2] })
    } else parts.push({ kind: match[3] === undefined ? 'word' : 'number', text: match[0] })
    at = match.index + match[0].length
  }
  if (at < source.length) parts.push({ kind: 'plain', text: source.slice(at) })
  return parts
}

/** The call that reads the same thing on a command line. */
export function curl(origin: string, path: string): string {
  return `curl '${origin}${path}' \\\n  --header "Authorization: Bearer $VERTEBRA_TOKEN"`
}
