import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessible, type Browser, Client, field, go, launch, open, type Page, picture, signIn } from './browser'

/** The story of what is sold and bought: from the catalogue over a test clock to an invoice that explains itself. */

const stamp = Date.now().toString(36)
const operator = { email: process.env.OPERATOR_EMAIL ?? '', password: process.env.OPERATOR_PASSWORD ?? '' }
const meter = `calls-${stamp}`
const client = new Client()
const WIDE = { width: 1280, height: 900 }

let browser: Browser
let window: Awaited<ReturnType<typeof open>>
let page: Page
let org: string
let billing: string
let subscription: string
let invoice: string
let payment: string

beforeAll(async () => {
  expect(operator.email, 'OPERATOR_EMAIL, which `./vertebra dev` shows at its first start').toBeTruthy()
  browser = await launch()
  await client.signIn(operator.email, operator.password)
  org = ((await client.call('POST', '/v1/orgs', { name: 'Acme Robotics' })) as { id: string }).id
  billing = `/orgs/${org}/billing`
  window = await open(browser, { viewport: WIDE })
  page = window.page
  await signIn(page, operator.email, operator.password)
})

afterAll(async () => {
  await browser?.close()
  expect(window?.complaints ?? []).toEqual([])
})

const text = (words: string | RegExp) => page.getByText(words).first()
const button = (name: string | RegExp) => page.getByRole('button', { name })
const dialog = () => page.getByRole('dialog')

async function walk(to: string) {
  await go(page, `/admin/org-billing?org=${org}`)
  await page.locator('[data-clock]').waitFor()
  await field(page, 'to', to)
  await page.locator('[data-clock]').getByRole('button', { name: 'Walk', exact: true }).click()
  await page
    .locator('[data-happened]')
    .waitFor({ timeout: 40_000 })
    .catch(async () => expect.fail(`The clock did not arrive:\n${await page.locator('main').innerText()}`))
}

/** The same as the operator's page does, for where only its end counts. */
async function walkElsewhere(to: string) {
  const path = `/v1/admin/orgs/${org}/clock`
  await client.call('PUT', path, { to })
  await expect.poll(() => client.call('GET', path), { timeout: 60_000 }).toMatchObject({ walking: false })
}

it('an operator fills the catalogue: a meter, a product and a plan with tiers', async () => {
  await page.goto('/admin/catalogue')
  await button('Meter').first().click()
  await field(page, 'name', 'API calls')
  await field(page, 'code', meter)
  await field(page, 'unit', 'call')
  await button('Create meter').click()
  await text('API calls can be counted.').waitFor()
  await button('Product').first().click()
  await field(page, 'name', 'Robot API')
  await field(page, 'code', `api-${stamp}`)
  await button('Create product').click()
  await text('Robot API is in the catalogue.').waitFor()
  await client.call('POST', '/v1/admin/plans', {
    code: `pro-${stamp}`,
    name: 'Pro',
    product: `api-${stamp}`,
    interval: 'month',
    prices: [
      { code: 'base', name: 'Pro, a month', currency: 'EUR', model: 'flat', unitAmount: 4900 },
      { code: 'calls', name: 'API calls', currency: 'EUR', model: 'package', meter, packageSize: 1000, unitAmount: 150 },
    ],
    entitlements: { projects: 50 },
  })
  const product = page.locator('[data-product]', { hasText: `api-${stamp}` })
  await product.getByRole('button', { name: 'Plan' }).click()
  await field(page, 'code', `basic-${stamp}`)
  await field(page, 'name', 'Basic')
  await field(page, 'entitlements', 'projects = 3')
  await dialog().getByRole('button', { name: 'Publish plan' }).click()
  await dialog().getByText('A price is not complete.').waitFor()
  const first = dialog().locator('[data-price]').first()
  await first.getByLabel('Code').fill('base')
  await first.getByLabel('Name on invoices').fill('Basic, a month')
  await first.getByLabel('Amount', { exact: true }).fill('10')
  await dialog().getByRole('button', { name: 'Price', exact: true }).click()
  const second = dialog().locator('[data-price]').nth(1)
  await second.getByLabel('Code').fill('calls')
  await second.getByLabel('Name on invoices').fill('API calls')
  await second.getByLabel('Model').selectOption('graduated')
  await second.getByLabel('Counts').selectOption(meter)
  await second.getByRole('button', { name: 'Tier', exact: true }).click()
  await second.getByLabel('Up to').fill('1000')
  await second.getByLabel('A unit').first().fill('0')
  await second.getByLabel('A unit').nth(1).fill('0.00333')
  await accessible(page, 'a new plan')
  await dialog().getByRole('button', { name: 'Publish plan' }).click()
  await dialog().waitFor({ state: 'detached' })
  await product.getByText('above 1,000: €0.00333 a call').waitFor()
})

it('puts the org on a test clock, makes its invoices out and grants credits', async () => {
  await walk('2027-01-15T10:00')
  await text('Nothing fell due.').waitFor()
  const profile = page.locator('section', { hasText: 'Invoices are made out to' }).last()
  await profile.locator('[data-field="name"]').fill('Acme Robotics GmbH')
  await profile.locator('[data-field="address"]').fill('Werkstraße 7\n10115 Berlin')
  await profile.locator('[data-field="taxPercent"]').fill('19')
  await profile.getByRole('button', { name: 'Save' }).click()
  await text('it holds for invoices from now on').waitFor()
  const grant = page.locator('section', { hasText: 'Grant credits' }).last()
  await grant.locator('[data-field="name"]').fill('Welcome credits')
  await grant.locator('[data-field="amount"]').fill('0')
  await grant.getByRole('button', { name: 'Grant credits' }).click()
  await grant.getByText('An amount in EUR, more than zero.').waitFor()
  await grant.locator('[data-field="amount"]').fill('20')
  await grant.locator('[data-field="expiresAt"]').fill('2027-12-31')
  await grant.getByRole('button', { name: 'Grant credits' }).click()
  await text('Welcome credits is granted.').waitFor()
})

it('subscribes to a plan, uses it and sees the usage over time', async () => {
  await go(page, billing)
  await page.locator('[data-plan]', { hasText: 'Basic' }).last().getByRole('button', { name: 'Subscribe' }).click()
  await dialog().getByText('Today, for the first month').waitFor()
  await dialog().getByRole('button', { name: 'Subscribe' }).click()
  await text('You are subscribed to Basic.').waitFor()
  await page.locator('[data-subscription]').getByText('active').waitFor()
  const mine = (await client.call('GET', `/v1/orgs/${org}/subscriptions`)) as { items: Array<{ id: string }> }
  subscription = mine.items[0]?.id as string
  await walkElsewhere('2027-02-10T10:00:00Z')
  const events = Array.from({ length: 50 }, (_, n) => ({
    subscriptionId: subscription,
    meter,
    eventId: `e${n}`,
    quantity: 40 + ((n * 37) % 90) + (n % 14 < 10 ? 80 : 0),
    at: new Date(Date.UTC(2027, 0, 16, n * 12)).toISOString(),
  }))
  await client.call('POST', `/v1/orgs/${org}/usage/batch`, { events })
  const used = events.reduce((sum, event) => sum + event.quantity, 0)
  await go(page, `${billing}/usage`)
  await page.locator(`[data-usage="${meter}"][data-total="${used}"]`).waitFor()
})

it('walks through a month and sees what happened on the way', async () => {
  await walk('2027-02-15T12:00')
  await page.locator('[data-happened]').getByText('Invoice issued').first().waitFor()
  await page.locator('[data-happened]').getByText(/to pay/).first().waitFor()
})

it('reads an invoice whose lines say which usage, price version and rounding made them', async () => {
  await go(page, `${billing}/invoices`)
  await page.locator('[data-invoices] tbody tr').first().click()
  await page.waitForURL(/invoices\/[0-9a-f-]{36}$/)
  invoice = new URL(page.url()).pathname.split('/').at(-1) as string
  const line = page.locator('[data-line]', { hasText: 'API calls' })
  await line.getByRole('button').focus()
  await page.keyboard.press('Enter')
  const why = page.locator('[data-explanation]')
  await why.getByText('version 1').waitFor()
  await why.getByText('50 events').waitFor()
  await why.getByText('graduated: each tier at its own price').waitFor()
  await why.getByText(/half to even, once for the line/).waitFor()
  await page.locator('main').getByText('Acme Robotics GmbH').waitFor()
  await page.getByRole('heading', { name: 'In the ledger' }).waitFor()
  await page.getByRole('link', { name: 'Printable page' }).click()
  await page.getByRole('heading', { name: /^Invoice / }).waitFor()
  await page.locator('main').getByText('Werkstraße 7').waitFor()
  await accessible(page, 'the printable page')
})

it('sees what a change costs before it is made, in each way of proration', async () => {
  await go(page, `${billing}?change=${subscription}`)
  await dialog().getByLabel('Plan').selectOption(`pro-${stamp}`)
  const preview = dialog().locator('[data-preview]')
  await preview.getByText('To pay').waitFor()
  await preview.getByText('From now on: Pro, a month').waitFor()
  await accessible(page, 'the change of a subscription')
  await dialog().getByText('From the next period').click()
  await preview.getByText('€0.00').last().waitFor()
  await dialog().getByText('On the next invoice').click()
  await preview.getByText('From now on: Pro, a month').waitFor()
  await dialog().getByRole('button', { name: 'Change subscription' }).click()
  await text('The subscription is changed.').waitFor()
  const card = page.locator('[data-subscription]')
  await card.getByRole('heading', { name: 'Pro' }).waitFor()
  await card.getByRole('button', { name: 'Pause' }).click()
  await card.getByRole('button', { name: 'Resume' }).click()
  await card.getByText('active').waitFor()
})

it('pays the invoice through the checkout of the sandbox and comes back to it', async () => {
  await go(page, `${billing}/invoices/${invoice}`)
  await button(/^Pay €/).click()
  await page.waitForURL('**/v1/sandbox/checkouts/**')
  await page.getByLabel('Card number').fill('4000 0000 0000 0002')
  await button('Pay').click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Card number').fill('4242 4242 4242 4242')
  await button('Pay').click()
  await page.waitForURL(`**${billing}/invoices/${invoice}`)
  await page.locator('main article > header').getByText('paid', { exact: true }).waitFor()
  await page.locator('[data-line]').first().getByRole('button').click()
  await page.locator('[data-explanation]').waitFor()
})

it('refunds a part of it: asked for, approved by an operator, and paid back, with each step', async () => {
  await page.locator('[data-payments] tbody tr', { hasText: 'succeeded' }).click()
  await page.waitForURL(/payments\/[0-9a-f-]{36}$/)
  payment = new URL(page.url()).pathname.split('/').at(-1) as string
  await button('Refund').click()
  await field(page, 'amount', '1000')
  await field(page, 'reason', 'Two robots were out of order.')
  await button('Ask for the refund').click()
  await dialog().getByText(/^At most €/).waitFor()
  await field(page, 'amount', '10')
  await button('Ask for the refund').click()
  await page.locator('[data-refund][data-status="awaiting_approval"]').waitFor()
  await go(page, '/admin/payments')
  const waiting = page.locator('[data-refund]', { hasText: '€10.00' }).first()
  await waiting.getByRole('button', { name: 'Decide' }).click()
  await dialog().getByLabel('Decision').selectOption('original_method')
  await dialog().getByRole('button', { name: 'Approve refund' }).click()
  await dialog().waitFor({ state: 'detached' })
  await go(page, `${billing}/payments/${payment}`)
  await page.locator('[data-refund][data-status="succeeded"]').getByText('Paid back').waitFor({ timeout: 30_000 })
  await expect.poll(() => page.locator('[data-refunded]').textContent()).toBe('€10.00')
})

it('lets the ledger prove itself, and follows an amount from an account to its legs', async () => {
  await go(page, `${billing}/ledger`)
  await page.locator('[data-account="receivable"]').waitFor()
  await button('Verify').click()
  const proof = page.locator('[data-proof][data-intact="true"]')
  await proof.getByText('Debits equal credits in EUR').waitFor()
  await button('Trial balance').click()
  await page.locator('[data-balanced="true"]').waitFor()
  await button('Accounts').click()
  await page.getByRole('textbox', { name: 'As of' }).fill('2027-01-15T09:00')
  await page.getByRole('textbox', { name: 'As of' }).press('Enter')
  await page.waitForURL(/at=2027-01-15T09/)
  await expect.poll(() => page.locator('[data-account="revenue"]').textContent()).toContain('€0.00')
  await button('As of now').click()
  await page.locator('[data-account="revenue"]').getByRole('link').click()
  await page.locator('[data-balance]').waitFor()
  await page.getByRole('link', { name: 'invoice.issued' }).first().click()
  await expect.poll(() => page.locator('[data-leg]').count()).toBe(3)
})

it('cancels at the end of the period', async () => {
  await go(page, billing)
  const card = page.locator('[data-subscription]')
  await card.getByRole('button', { name: 'Cancel' }).click()
  await dialog().getByRole('button', { name: 'Cancel subscription' }).click()
  await card.getByText(/^\s*It ends on/).waitFor()
})

/** What is kept as a picture. */
const PICTURES = new Set<string>(['invoice', 'payment', 'ledger'])

it.each([
  ['billing', (): string => billing, '[data-subscription] [data-upcoming]'],
  ['usage', (): string => `${billing}/usage`, '[data-usage] canvas'],
  ['invoices', (): string => `${billing}/invoices`, '[data-invoices] tbody tr'],
  ['invoice', (): string => `${billing}/invoices/${invoice}`, '[data-line]'],
  ['payments', (): string => `${billing}/payments`, '[data-payments] tbody tr'],
  ['payment', (): string => `${billing}/payments/${payment}`, '[data-refund]'],
  ['credits', (): string => `${billing}/credits`, '[data-wallet] p'],
  ['ledger', (): string => `${billing}/ledger`, '[data-accounts]'],
  ['ledger-transactions', (): string => `${billing}/ledger?view=transactions`, '[data-posting]'],
  ['ledger-trial', (): string => `${billing}/ledger?view=trial`, '[data-trial]'],
  ['catalogue', (): string => '/admin/catalogue', '[data-product] [data-plan]'],
  ['platform-payments', (): string => '/admin/payments', 'main section :is(h2, li)'],
  ['org-billing', (): string => `/admin/org-billing?org=${org}`, '[data-now]'],
] as const)('%s, wide in light and narrow in dark', async (name, path, ready) => {
  await go(page, path())
  await page.locator(ready).first().waitFor()
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
  if (name === 'invoice') await page.locator('[data-line]', { hasText: 'API calls' }).getByRole('button').click()
  if (name === 'ledger') {
    await button('Verify').click()
    await page.locator('[data-proof]').waitFor()
  }
  await accessible(page, `${name} in light`)
  if (PICTURES.has(name)) await picture(page, name)
  await look('dark', { width: 360, height: 740 })
  await accessible(page, `${name}, narrow in dark`)
  await look('light', WIDE)
})

async function look(colorScheme: 'light' | 'dark', viewport: typeof WIDE) {
  await page.setViewportSize(viewport)
  await page.emulateMedia({ colorScheme })
  await page.locator(`[data-theme="${colorScheme}"]`).waitFor()
}
