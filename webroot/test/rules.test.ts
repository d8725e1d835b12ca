import { describe, expect, it } from 'vitest'
import { changes } from '@/ui/patch'
import { check } from '@/ui/rules'

describe('check', () => {
  const slug = { pattern: '^(?:[a-z0-9](?:-?[a-z0-9]){1,39})$' }
  it.each([
    [{ required: true }, '', 'Fill this in.'],
    [{ required: true }, '   ', 'Fill this in.'],
    [{ minLength: 3 }, '', null],
    [{ minLength: 3 }, 'ab', 'At least 3 characters.'],
    [{ maxLength: 3 }, 'abcd', 'At most 3 characters.'],
    [{ format: 'email' }, 'ada', 'This is not an e-mail address.'],
    [{ format: 'email' }, 'ada@example.com', null],
    [slug, 'web-shop', null],
    [slug, 'Web Shop', 'Use 2 to 40 lower-case letters, digits and single dashes.'],
    [{ pattern: '^x$' }, 'y', 'This has not the form that is needed.'],
    [{ minimum: 1 }, 0, 'At least 1.'],
  ])('%o %s → %s', (rule, value, wrong) => expect(check(rule, value)).toBe(wrong))
})

it('a merge patch says what changed, and null for a text that was emptied', () => {
  const before = { name: 'a', description: 'old', kept: 'same' }
  expect(changes(before, { name: 'b', description: '', kept: 'same' })).toEqual({ name: 'b', description: null })
})
