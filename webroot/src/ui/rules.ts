/** What the API's document says of one field. */
export interface Rule {
  required?: boolean
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  enum?: readonly unknown[]
  minimum?: number
  maximum?: number
}

const EMAIL = /^[^\s@]+@[^\s@]+$/
const PATTERNS: Record<string, string> = {
  '[a-z0-9](?:-?[a-z0-9]){1,39}': 'Use 2 to 40 lower-case letters, digits and single dashes.',
  '[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?': 'Use lower-case letters and digits, with dots and dashes between them.',
  '[A-Z]{3}': 'Three capital letters, such as EUR.',
  '\\S': 'Fill this in.',
}

/** What is wrong with a value in words; null when it keeps the rule. An empty optional value is fine. */
export function check(rule: Rule, value: unknown): string | null {
  const empty = value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
  if (empty) return rule.required ? 'Fill this in.' : null
  if (typeof value === 'number') return checkNumber(rule, value)
  if (typeof value !== 'string') return null
  if (rule.minLength !== undefined && value.length < rule.minLength) return `At least ${rule.minLength} characters.`
  if (rule.maxLength !== undefined && value.length > rule.maxLength) return `At most ${rule.maxLength} characters.`
  if (rule.format === 'email' && !EMAIL.test(value)) return 'This is not an e-mail address.'
  if (rule.pattern !== undefined && !new RegExp(rule.pattern).test(value)) {
    return PATTERNS[rule.pattern.replace(/^\^(?:\(\?:)?/, '').replace(/\)?\$$/, '')] ?? 'This has not the form that is needed.'
  }
  return null
}

function checkNumber(rule: Rule, value: number): string | null {
  if (rule.minimum !== undefined && value < rule.minimum) return `At least ${rule.minimum}.`
  if (rule.maximum !== undefined && value > rule.maximum) return `At most ${rule.maximum}.`
  return null
}
