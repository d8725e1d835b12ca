/** Money as the API says it: whole minor units of a currency. */
export interface MoneyAmount {
  amount: number
  currency: string
}

/** Digits after the point where they are not two (ISO 4217); the tables of browsers differ from it for some. */
const DIGITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0])),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
}
/** Unit prices are kept this exactly. */
const MOST_DIGITS = 14

export const digitsOf = (currency: string): number => DIGITS[currency] ?? 2

/** Minor units as a decimal text of the major unit, exactly: no division that could round. */
function major(minor: number, digits: number): Intl.StringNumericLiteral {
  const [mantissa, exponent = '0'] = String(minor).split('e')
  return `${mantissa}e${Number(exponent) - digits}` as Intl.StringNumericLiteral
}

function written(minor: number, currency: string, locale: string, most: number): string {
  const least = digitsOf(currency)
  const digits = { minimumFractionDigits: least, maximumFractionDigits: Math.max(least, most) }
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits }).format(major(minor, least))
}

/** An amount of money in a language. */
export const money = ({ amount, currency }: MoneyAmount, locale: string): string => written(amount, currency, locale, 0)

/** Minor units that may have decimals, such as a price of a unit, with all of them. */
export const exactMoney = (minor: number, currency: string, locale: string): string => written(minor, currency, locale, MOST_DIGITS)

/** What was typed as major units, in minor units; null when it is no amount or finer than the currency. */
export function minorOf(typed: string, currency: string, finer = 0): number | null {
  const text = typed.trim().replace(',', '.')
  if (!/^\d{1,12}(\.\d{1,14})?$/.test(text)) return null
  const [whole = '', fraction = ''] = text.split('.')
  const digits = digitsOf(currency)
  if (fraction.replace(/0+$/, '').length > digits + finer) return null
  const padded = fraction.padEnd(digits, '0')
  return Number(`${whole}${padded.slice(0, digits)}.${padded.slice(digits) || '0'}`)
}

/** The typed form of minor units. */
export function typedOf(minor: number, currency: string): string {
  const digits = digitsOf(currency)
  return new Intl.NumberFormat('en', { useGrouping: false, minimumFractionDigits: digits, maximumFractionDigits: MOST_DIGITS }).format(major(minor, digits))
}
