import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { later } from '@/billing/calendar'
import { draftOf, entitlementsOf, mistake, newPrice, priceOf } from '@/catalogue/drafts'
import { base, currenciesOf, priceWords } from '@/billing/prices'
import { wholeQuantity } from '@/billing/quantity'
import { linkedQuery, spanQuery } from '@/billing/spans'
import type { Price } from '@/billing/types'
import type { Entry } from '@/ledger/calls'
import { causeLink, moved, shortCode, sideOf } from '@/ledger/words'
import { language } from '@/ui/language'
import { exactMoney, minorOf, money, typedOf } from '@/ui/money'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
const graduated: Price = {
  code: 'calls',
  name: 'Calls',
  currency: 'EUR',
  model: 'graduated',
  meter: 'calls',
  tiers: [{ upTo: 1000, unitAmount: 0 }, { upTo: 5000, unitAmount: 0.5, flatAmount: 100 }, { unitAmount: 0.25 }],
}

describe('money', () => {
  it('has the digits of its currency, in the language of the reader', () => {
    expect(plain(money({ amount: 123456, currency: 'EUR' }, 'en-GB'))).toBe('€1,234.56')
    expect(plain(money({ amount: 123456, currency: 'EUR' }, 'de-DE'))).toBe('1.234,56 €')
    expect(plain(money({ amount: 123456, currency: 'JPY' }, 'en-GB'))).toBe('JP¥123,456')
    expect(plain(money({ amount: -1, currency: 'KWD' }, 'en-GB'))).toBe('-KWD 0.001')
    // Browsers write no digits for this one; ISO 4217 says three.
    expect(plain(money({ amount: 1500, currency: 'IQD' }, 'en-GB'))).toBe('IQD 1.500')
  })

  it('prices of a unit keep all their decimals', () => {
    expect(exactMoney(0.0012, 'EUR', 'en-GB')).toBe('€0.000012')
    expect(exactMoney(1e-7, 'EUR', 'en-GB')).toBe('€0.000000001')
    expect(exactMoney(50, 'EUR', 'en-GB')).toBe('€0.50')
    expect(exactMoney(0.1111, 'JPY', 'en-GB')).toBe('JP¥0.1111')
  })

  it('no amount changes on its way through a field', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'), (amount, currency) => {
        expect(minorOf(typedOf(amount, currency), currency)).toBe(amount)
      }),
    )
    expect(minorOf('19,99', 'EUR')).toBe(1999)
    expect(minorOf('0.005', 'EUR')).toBeNull()
    expect(minorOf('0.005', 'EUR', 9)).toBe(0.5)
    expect(minorOf('1.5', 'JPY')).toBeNull()
    expect(minorOf('-1', 'EUR')).toBeNull()
    expect(minorOf('ten', 'EUR')).toBeNull()
  })

  it('a language that no browser knows is none', () => {
    expect(language('de-AT')).toBe('de-AT')
    expect(language('not a tag')).toBeNull()
    expect(language(null)).toBeNull()
  })
})

describe('prices', () => {
  const format = { exact: (minor: number, currency: string) => exactMoney(minor, currency, 'en-GB'), number: (value: number) => value.toLocaleString('en-GB') }

  it('say what they ask for what', () => {
    expect(priceWords(graduated, format, { unit: 'call' })).toEqual(['up to 1,000: free', '1,000 to 5,000: €0.005 a call and €1.00', 'above 5,000: €0.0025 a call'])
    expect(priceWords({ ...graduated, model: 'package', unitAmount: 150, packageSize: 1000 }, format, { unit: 'call' })).toEqual(['€1.50 per 1,000 calls begun'])
    expect(priceWords({ ...graduated, model: 'flat', unitAmount: 1000 }, format)).toEqual(['€10.00'])
  })

  it('a plan costs its flat prices and those of its quantity before anything is used', () => {
    const flat: Price = { code: 'a', name: 'A', currency: 'EUR', model: 'flat', unitAmount: 1000 }
    const seats: Price = { code: 'b', name: 'B', currency: 'EUR', model: 'per_unit', unitAmount: 500 }
    expect(base({ prices: [flat, seats, graduated] }, 'EUR', 3)).toBe(2500)
    expect(base({ prices: [{ ...graduated, meter: undefined } as unknown as Price] }, 'EUR')).toBeNull()
    expect(currenciesOf({ prices: [flat, { ...flat, currency: 'CHF' }] })).toEqual(['CHF', 'EUR'])
  })

  it('a price that is edited and not changed stays what it was', () => {
    const prices: Price[] = [graduated, { code: 'p', name: 'P', currency: 'JPY', model: 'package', unitAmount: 12.5, packageSize: 10, meter: 'calls' }]
    for (const price of prices) {
      expect(mistake(draftOf(price))).toBeNull()
      expect(priceOf(draftOf(price))).toEqual(price)
    }
  })

  it('a draft says what it lacks', () => {
    const draft = { ...newPrice(), code: 'base', name: 'Base' }
    expect(mistake(draft)).toBe('The amount is not one.')
    expect(mistake({ ...draft, amount: '10' })).toBeNull()
    expect(mistake({ ...draft, model: 'package', amount: '1', packageSize: '0' })).toMatch(/package/)
    const tier = (upTo: string) => ({ upTo, amount: '1', flat: '' })
    expect(mistake({ ...draft, model: 'volume', tiers: [tier('10'), tier('5'), tier('')] })).toMatch(/grow/)
    expect(mistake({ ...draft, model: 'volume', tiers: [tier('10'), tier('20')] })).toMatch(/last one/)
  })

  it('entitlements are one a line', () => {
    expect(entitlementsOf('projects = 3\n\nseats: 10')).toEqual({ projects: 3, seats: 10 })
    expect(entitlementsOf('projects')).toBeNull()
  })

  it('quantities are whole', () => {
    expect([wholeQuantity('1'), wholeQuantity('1000000')]).toEqual([null, null])
    for (const wrong of ['0', '1.5', '', '1000001', 'x']) expect(wholeQuantity(wrong)).not.toBeNull()
  })
})

describe('time', () => {
  it('a month later is the same day, or the last one of a shorter month', () => {
    expect(later('2027-01-31T10:00:00Z', { months: 1 })).toBe('2027-02-28T10:00:00Z')
    expect(later('2027-12-15T10:00:00Z', { months: 1 })).toBe('2028-01-15T10:00:00Z')
    expect(later('2028-02-29T10:00:00Z', { months: 12 })).toBe('2029-02-28T10:00:00Z')
    expect(later('2027-02-28T10:00:00Z', { days: 1 })).toBe('2027-03-01T10:00:00Z')
  })

  it('a span ends at the present of the org, which is asked for first', () => {
    expect(spanQuery('year', null)).toEqual({})
    expect(spanQuery('month', 0)).toEqual({})
    expect(spanQuery('day', Date.parse('2027-01-02T00:00:00Z'))).toEqual({ from: '2027-01-01T00:00:00Z', until: '2027-01-02T00:00:00Z', step: 'hour' })
    expect(linkedQuery('2027-01-01T00:00:00Z', '2027-02-01T00:00:00Z').step).toBe('day')
  })
})

describe('the ledger', () => {
  const entry = (accountId: string, side: Entry['side'], amount: number, phase: Entry['phase'] = 'posted'): Entry => ({
    accountId,
    place: 1,
    transactionId: 't',
    code: 'invoice.issued',
    phase,
    side,
    amount: { amount, currency: 'EUR' },
    at: '2027-01-01T00:00:00Z',
  })

  it('what is released is not moved a second time', () => {
    const entries = [entry('r', 'debit', 119), entry('v', 'credit', 100), entry('t', 'credit', 19), entry('r', 'debit', 50, 'released')]
    expect(moved({ entries })).toEqual([{ amount: 119, currency: 'EUR' }])
    expect(sideOf(entries, 'credit', new Map([['v', 'revenue'], ['t', 'tax']]))).toBe('revenue, tax')
  })

  it('ids in codes are cut, and an invoice that is a cause is linked', () => {
    expect(shortCode('credits:0193b1c0-aaaa-7bbb-8ccc-0123456789ab')).toBe('credits:0193b1c0…')
    expect(causeLink('invoice:7', 'o')).toMatchObject({ name: 'invoice', params: { invoiceId: '7' } })
    expect(causeLink('hold:7', 'o')).toBeNull()
  })
})
