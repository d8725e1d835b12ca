import { expect, it } from 'vitest'
import { flatten } from '@/api/lists'
import { SubmissionKey } from '@/api/keys'

it('pages are joined in order, and an item that is on two pages shows once, in its newest form', () => {
  const pages = [
    { items: [{ id: 'a', n: 1 }, { id: 'b', n: 1 }], next: 'b' },
    { items: [{ id: 'b', n: 2 }, { id: 'c', n: 1 }], next: null },
  ]
  expect(flatten(pages, (item) => item.id)).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
    { id: 'c', n: 1 },
  ])
})

it('the same submission keeps its key until it succeeds', () => {
  const key = new SubmissionKey()
  const first = key.for({ name: 'a' })
  expect(key.for({ name: 'a' })).toBe(first)
  expect(key.for({ name: 'b' })).not.toBe(first)
  const second = key.for({ name: 'b' })
  key.done()
  expect(key.for({ name: 'b' })).not.toBe(second)
})
