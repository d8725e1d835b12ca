import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessible, type Browser, launch, open, type Page, picture, signIn } from './browser'

/** What an operator does by hand: lets a job run, retries and discards dead letters. */

const operator = { email: process.env.OPERATOR_EMAIL ?? '', password: process.env.OPERATOR_PASSWORD ?? '' }
const JOB = 'orgs.sweep-invitations'
let browser: Browser
let page: Page
let opened: Awaited<ReturnType<typeof open>>

beforeAll(async () => {
  expect(operator.email, 'OPERATOR_EMAIL, which `./vertebra dev` shows at its first start').toBeTruthy()
  browser = await launch()
  opened = await open(browser)
  page = opened.page
  await signIn(page, operator.email, operator.password)
})

afterAll(async () => {
  await browser?.close()
  expect(opened.complaints).toEqual([])
})

it('a job runs now because somebody asked for it', async () => {
  await page.goto('/admin/jobs')
  const row = page.locator('[data-jobs] li', { hasText: JOB })
  const runs = async () => Number(/([\d.]+) runs?, 0 failed/.exec(await row.innerText())?.[1])
  await row.waitFor()
  const before = await runs()
  await row.getByRole('button', { name: `Run now ${JOB}` }).click()
  await page.getByText(`${JOB} runs as soon as a node can.`).waitFor()
  await expect.poll(runs, { timeout: 20_000 }).toBe(before + 1)
})

/** Two letters in the list; what is clicked goes to the server, which does not know them, and the page says so. */
it('dead letters are retried and discarded, and what the server says is shown', async () => {
  const letter = (place: number) => ({
    id: `00000000-0000-7000-8000-00000000000${place}`,
    reader: 'billing.payments',
    eventId: `00000000-0000-7000-8000-0000000000a${place}`,
    type: 'Payments.PaymentSucceeded',
    at: new Date(Date.now() - 90_000).toISOString(),
    orgId: null,
    key: `invoice-${place}`,
    reason: 'The invoice is in another currency than the payment.',
    parkedAt: new Date(Date.now() - 60_000).toISOString(),
    retries: 0,
    retryAskedAt: null,
  })
  const asked: string[] = []
  await page.route(/\/v1\/admin\/dead-letters/, async (route) => {
    const request = route.request()
    if (request.method() === 'GET') return route.fulfill({ json: { items: [letter(1), letter(2)], next: null } })
    const answer = await route.fetch()
    asked.push(`${request.method()} ${new URL(request.url()).pathname} ${answer.status()}`)
    return route.fulfill({ response: answer })
  })
  await page.goto('/admin/dead-letters')
  const rows = page.locator('[data-dead-letters] > li')
  await expect.poll(() => rows.count()).toBe(2)
  await accessible(page, 'dead letters')
  await picture(page, 'dead-letters')

  await rows.nth(0).getByRole('button', { name: 'Retry' }).click()
  await rows.nth(0).getByRole('alert').waitFor()
  await rows.nth(1).getByRole('button', { name: 'Discard' }).click()
  const dialog = page.getByRole('dialog')
  const discard = dialog.getByRole('button', { name: 'Discard' })
  await expect.poll(() => discard.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('discard')
  await accessible(page, 'discarding a dead letter')
  await discard.click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(asked).toEqual([
    `POST /v1/admin/dead-letters/${letter(1).id}/retry 404`,
    `DELETE /v1/admin/dead-letters/${letter(2).id} 404`,
  ])
})
