import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '@/api/types'
import { happenings } from '@/audit/activity'
import { phrase, targetOf } from '@/audit/words'
import type { LiveEvent } from '@vertebra/live'
import { rate } from '@/events/rate'
import { queryKeysOf } from '@/events/staleness'
import { find, isId } from '@/shell/search'
import { colour } from '@/ui/json'

const entry = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  id: `a${n}`,
  at: `2026-01-01T00:00:0${n}Z`,
  actorKind: 'user',
  actor: 'ada',
  action: 'Orgs.CreateProject',
  outcome: 'done',
  requestId: `r${n}`,
  ...more,
})
const event = (n: number, requestId = `r${n}`): LiveEvent => ({
  cursor: `${n}`,
  id: `e${n}`,
  type: 'Orgs.ProjectCreated',
  version: 1,
  at: `2026-01-01T00:00:0${n}Z`,
  key: 'p',
  actor: 'ada',
  requestId,
  data: {},
})

describe('happenings', () => {
  it('joins a record with the events of its request, the newest first', () => {
    const all = happenings([entry(5), entry(3)], [event(3), event(5)], true)
    expect(all.map((one) => [one.id, one.events.map((cause) => cause.id)])).toEqual([
      ['a5', ['e5']],
      ['a3', ['e3']],
    ])
  })

  it('an event without a record stands for itself, unless its record may be on a later page', () => {
    const events = [event(1, 'elsewhere'), event(6, 'elsewhere')]
    expect(happenings([entry(3)], events, false).map((one) => one.id)).toEqual(['e6', 'a3'])
    expect(happenings([entry(3)], events, true).map((one) => one.id)).toEqual(['e6', 'a3', 'e1'])
  })

  it('a refused attempt has no events and names its reason', () => {
    const refused = entry(4, { outcome: 'refused', reason: 'forbidden' })
    expect(happenings([refused], [event(4)], true).find((one) => one.id === 'a4')).toMatchObject({ refused: 'forbidden', events: [] })
  })
})

describe('words', () => {
  it('names of operations and targets read as sentences', () => {
    expect(phrase('Orgs.CreateProject')).toBe('Create project')
    expect(targetOf('projectId:42')).toEqual({ kind: 'project', id: '42' })
  })
})

describe('the palette', () => {
  const all = [
    { id: '1', label: 'Web shop', words: 'project web-shop' },
    { id: '2', label: 'Projects', words: 'list' },
    { id: '3', label: 'Orgs.CreateProject', words: 'post', lesser: true },
  ]
  it('puts beginnings of labels first and asks for every word', () => {
    expect(find(all, 'proj', 9).map((one) => one.id)).toEqual(['2', '3', '1'])
    expect(find(all, 'shop web', 9).map((one) => one.id)).toEqual(['1'])
    expect(find(all, 'nothing', 9)).toEqual([])
  })
  it('knows an id', () => {
    expect(isId(' 0199c3a0-7c1e-7000-8000-000000000001 ')).toBe(true)
    expect(isId('web-shop')).toBe(false)
  })
})

it('an event makes stale what it changed, and nothing else', () => {
  expect(queryKeysOf({ type: 'Orgs.ProjectCreated' }, 'o')).toEqual([
    ['orgs', 'o', 'audit'],
    ['orgs', 'o', 'projects'],
  ])
  for (const type of ['Billing.InvoicePaid', 'Payments.RefundSucceeded']) {
    expect(queryKeysOf({ type }, 'o').map((key) => key[2])).toEqual(['audit', 'billing', 'ledger', 'payments'])
  }
})

it('events are counted per bucket up to now', () => {
  expect(rate([1_000, 61_000, 62_000, 500_000], 125_000, 60_000, 3)).toEqual({ starts: [0, 60_000, 120_000], counts: [1, 2, 0] })
})

it('coloured JSON is the same text', () => {
  const value = { a: 'x "y": 1', n: -1.5e3, t: true, z: null, list: [1, 'two'] }
  const parts = colour(value)
  expect(parts.map((part) => part.text).join('')).toBe(JSON.stringify(value, null, 2))
  expect(parts.filter((part) => part.kind === 'key').map((part) => part.text)).toEqual(['"a"', '"n"', '"t"', '"z"', '"list"'])
})
