import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessible, type Browser, Client, field, go, launch, open, type Page, signIn } from './browser'

/** What is done about money by hand: a card for later, credits in advance, what an operator decides and puts right. */

const stamp = Date.now().toString(36)
const operator = { email: process.env.OPERATOR_EMAIL ?? '', password: process.env.OPERATOR_PASSWORD ?? '' }
const client = new Client()
const WIDE = { width: 1280, height: 900 }

let browser: Browser
let window: Awaited<ReturnType<typeof open>>
let page: Page
/** One that pays by the card on its file, and one that has none. */
let payer: string
let owing: string

const newOrg = async (name: string) => ((await client.call('POST', '/v1/orgs', { name })) as { id: string }).id
const billing = (org: string) => `/orgs/${org}/billing`
const text = (words: string | RegExp) => page.getByText(words).first()
const button = (name: string | RegExp) => page.getByRole('button', { name })
const dialog = () => page.getByRole('dialog')
const status = (word: string) => page.locator('main article > header').getByText(word, { exact: true })

beforeAll(async () => {
  expect(operator.email, 'OPERATOR_EMAIL, which `./vertebra dev` shows at its first start').toBeTruthy()
  browser = await launch()
  await client.signIn(operator.email, operator.password)
  payer = await newOrg('Harbour Cranes')
  owing = await newOrg('Quiet Mills')
  window = await open(browser, { viewport: WIDE })
  page = window.page
  await signIn(page, operator.email, operator.password)
})

afterAll(async () => {
  await browser?.close()
  expect(window?.complaints ?? []).toEqual([])
})

async function draft(org: string, description: string, amount: number): Promise<string> {
  const lines = [{ description, amount }]
  return ((await client.call('POST', `/v1/admin/orgs/${org}/invoices`, { currency: 'EUR', lines })) as { id: string }).id
}

async function issued(org: string, description: string, amount: number): Promise<string> {
  const id = await draft(org, description, amount)
  await client.call('POST', `/v1/admin/orgs/${org}/invoices/${id}/finalise`)
  return id
}

async function inBothThemes(name: string) {
  await accessible(page, name)
  await look('dark', { width: 360, height: 740 })
  await accessible(page, `${name}, narrow in dark`)
  await look('light', WIDE)
}

async function look(colorScheme: 'light' | 'dark', viewport: typeof WIDE) {
  await page.setViewportSize(viewport)
  await page.emulateMedia({ colorScheme })
  await page.locator(`[data-theme="${colorScheme}"]`).waitFor()
}

it('puts a card on file without paying', async () => {
  await page.goto(`${billing(payer)}/payments`)
  await text('Nothing is on file').waitFor()
  await inBothThemes('payments-empty')
  await button('Add a card').click()
  await page.waitForURL('**/v1/sandbox/checkouts/**')
  await text('Nothing is paid now.').waitFor()
  await page.getByLabel('Card number').fill('4000 0000 0000 0002')
  await button('Keep this card').click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Card number').fill('4242 4242 4242 4242')
  await button('Keep this card').click()
  await page.waitForURL(`**${billing(payer)}/payments`)
  await text('The card is on file.').waitFor()
  await page.locator('[data-method="4242"]').getByText('charged').waitFor()
  await text('No payment yet').waitFor()
})

it('buys credits in advance', async () => {
  await button('Buy credits').click()
  await field(page, 'amount', '50')
  await accessible(page, 'buying credits')
  await dialog().getByRole('button', { name: 'To the checkout' }).click()
  await page.waitForURL('**/v1/sandbox/checkouts/**')
  await button('Pay').click()
  await page.waitForURL(/billing\/payments\/[0-9a-f-]{36}$/)
  await status('succeeded').waitFor()
  await go(page, `${billing(payer)}/credits`)
  await expect.poll(() => page.locator('[data-grants] tbody tr').first().textContent(), { timeout: 20_000 }).toContain('€50.00')
  await inBothThemes('credits-bought')
})

/** The card on file pays an invoice as it is issued; of that payment a refund is asked for. */
async function askForRefund(description: string, amount: number, asked: string) {
  const invoice = await issued(payer, description, amount)
  await go(page, `${billing(payer)}/invoices/${invoice}`)
  await page.locator('[data-payments] tbody tr', { hasText: 'succeeded' }).click()
  await page.waitForURL(/payments\/[0-9a-f-]{36}$/)
  await button('Refund').click()
  await field(page, 'amount', asked)
  await field(page, 'reason', description)
  await button('Ask for the refund').click()
  await page.locator('[data-refund][data-status="awaiting_approval"]').waitFor()
  return new URL(page.url()).pathname
}

async function decide(reason: string) {
  await go(page, '/admin/payments')
  await page.locator('[data-refund]', { hasText: reason }).getByRole('button', { name: 'Decide' }).click()
}

it('declines a refund, and says why', async () => {
  const payment = await askForRefund(`The crane was late (${stamp}).`, 9900, '30')
  await decide(`The crane was late (${stamp}).`)
  await dialog().getByLabel('Decision').selectOption('decline')
  await dialog().getByRole('button', { name: 'Decline refund' }).click()
  await dialog().getByText('Say why.').waitFor()
  await field(page, 'reason', 'It came within the agreed time.')
  await dialog().getByRole('button', { name: 'Decline refund' }).click()
  await text('The refund is declined.').waitFor()
  await go(page, payment)
  await page.locator('[data-refund][data-status="declined"]').getByText('It came within the agreed time.').first().waitFor()
  await expect.poll(() => page.locator('[data-refunded]').textContent()).toBe('€0.00')
  await inBothThemes('refund-declined')
})

it('approves an exception as platform credit', async () => {
  const payment = await askForRefund(`The hook was bent (${stamp}).`, 4900, '20')
  await decide(`The hook was bent (${stamp}).`)
  await dialog().getByLabel('Decision').selectOption('platform_credit')
  await dialog().getByRole('button', { name: 'Approve refund' }).click()
  await text('The refund is approved').waitFor()
  await go(page, payment)
  await page.locator('[data-refund][data-status="succeeded"]').getByText('as platform credit').waitFor({ timeout: 30_000 })
  await go(page, `${billing(payer)}/credits`)
  await expect.poll(() => page.locator('[data-grants]').textContent(), { timeout: 20_000 }).toContain('€20.00')
})

it('finalises a draft and issues a credit note', async () => {
  const invoice = await draft(owing, 'A season of milling', 24000)
  await go(page, `${billing(owing)}/invoices/${invoice}`)
  await button('Finalise').click()
  await text(/^Issued as /).waitFor()
  await status('open').waitFor()
  await button('Credit note').click()
  await dialog().getByRole('button', { name: 'Issue credit note' }).click()
  await dialog().getByText('An amount in EUR, more than zero.').waitFor()
  await field(page, 'amount', '40')
  await field(page, 'reason', 'Two days without wind')
  await dialog().getByRole('button', { name: 'Issue credit note' }).click()
  await text(/^Credit note .* is issued\.$/).waitFor()
  await expect.poll(() => page.locator('[data-due]').textContent()).toBe('€200.00')
  await text('Two days without wind').waitFor()
  await inBothThemes('credit-note')
})

it.each([
  ['voids an invoice', 'Void', 'Void invoice', 'The invoice is void.', 'void'],
  ['gives an invoice up', 'Give up', 'Give up', 'The invoice is given up.', 'uncollectible'],
] as const)('%s', async (_what, ask, confirm, said, ended) => {
  const invoice = await issued(owing, 'Grinding', 6000)
  await go(page, `${billing(owing)}/invoices/${invoice}`)
  await status('open').waitFor()
  const number = (await page.locator('main h1').textContent())?.replace('Invoice ', '').trim() ?? ''
  await button(ask).click()
  const act = dialog().getByRole('button', { name: confirm })
  expect(await act.isDisabled()).toBe(true)
  await dialog().getByLabel(`Type ${number} to confirm`).fill(number)
  await act.click()
  await text(said).waitFor()
  await status(ended).waitFor()
  await expect.poll(() => page.getByRole('button', { name: ask }).count()).toBe(0)
  await inBothThemes(`invoice-${ended}`)
})

it('closes a difference between the books by hand, and it stays closed', async () => {
  const accounts = (await client.call('GET', `/v1/orgs/${payer}/ledger/accounts?limit=200`)) as { items: Array<{ id: string; code: string }> }
  const of = (code: string) => accounts.items.find((one) => one.code === code)?.id
  await client.call('POST', `/v1/admin/orgs/${payer}/ledger/transactions`, {
    transactionId: crypto.randomUUID(),
    code: 'correction',
    legs: [
      { accountId: of('cash:sandbox'), side: 'debit', amount: 500 },
      { accountId: of('payments'), side: 'credit', amount: 500 },
    ],
  })
  await go(page, '/admin/payments')
  await button('Compare now').click()
  const difference = page.locator(`[data-difference][data-org="${payer}"]`)
  await difference.getByText('The balances differ').waitFor()
  await inBothThemes('differences')
  await difference.getByRole('button', { name: 'Close it' }).click()
  await field(page, 'note', 'Cash that was brought to the office.')
  await accessible(page, 'closing a difference')
  await dialog().getByRole('button', { name: 'Close difference' }).click()
  await text('The difference is closed.').waitFor()
  await difference.waitFor({ state: 'detached' })
  await button('Compare now').click()
  await button('Compare now').waitFor()
  await page.getByLabel('Resolved ones').check()
  await difference.getByText('Cash that was brought to the office.').waitFor()
  expect(await difference.count()).toBe(1)
})
