import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Browser, Client, field, launch, mailedLink, open, type Page, signIn } from './browser'

/** The story of one person: from the registration to the audit, in one window. */

const stamp = Date.now().toString(36)
const ada = { name: 'Ada Lovelace', email: `ada-${stamp}@example.com`, password: `seven grey herons ${stamp}` }
const grace = { name: 'Grace Hopper', email: `grace-${stamp}@example.com`, password: `nine brass clocks ${stamp}` }
const elsewhere = new Client()

let browser: Browser
let page: Page
let window: Awaited<ReturnType<typeof open>>
let orgPath: string
let orgId: string

beforeAll(async () => {
  browser = await launch()
  window = await open(browser)
  page = window.page
})

afterAll(async () => {
  await browser?.close()
  expect(window?.complaints ?? []).toEqual([])
})

const text = (words: string | RegExp) => page.getByText(words).first()
const button = (name: string | RegExp) => page.getByRole('button', { name })
const events = () => page.locator('[data-events] > li')

it('shows what is wrong with a registration at its fields', async () => {
  await page.goto('/')
  await page.waitForURL('**/sign-in')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await field(page, 'email', 'not an address')
  await button('Create account').click()
  await text('This is not an e-mail address.').waitFor()
  await field(page, 'name', ada.name)
  await field(page, 'email', ada.email)
  await field(page, 'password', 'password')
  await button('Create account').click()
  await page.locator('[data-field="password"][aria-invalid="true"]').waitFor()
})

it('registers, verifies the address by the mailed link and signs in', async () => {
  await field(page, 'password', ada.password)
  await button('Create account').click()
  await text('Check your mail').waitFor()
  await page.goto(await mailedLink(ada.email, '/verify-email'))
  await text('Your address is verified.').waitFor()
  expect(page.url()).not.toContain('token')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await field(page, 'email', ada.email)
  await field(page, 'password', 'not the password')
  await button('Sign in').click()
  await page.getByRole('alert').first().waitFor()
  await field(page, 'password', ada.password)
  await button('Sign in').click()
  await page.waitForURL('**/orgs')
  await text('No org yet').waitFor()
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/eyJ|vrt_/)
})

it('creates an org and is its owner at once', async () => {
  await button('Create your first org').click()
  await field(page, 'name', `Acme ${stamp}`)
  await button('Create org').click()
  await page.waitForURL(/\/orgs\/[0-9a-f-]{36}$/)
  orgPath = new URL(page.url()).pathname
  orgId = orgPath.split('/')[2] as string
  await page.getByRole('heading', { name: `Acme ${stamp}` }).waitFor()
  await page.locator('main').getByText('owner', { exact: true }).waitFor()
})

it('creates a project; a slug that is taken is shown at its field', async () => {
  await page.locator('main').getByRole('link', { name: 'New project' }).click()
  await field(page, 'name', 'Web shop')
  await field(page, 'slug', 'web-shop')
  await field(page, 'description', 'The public store and its checkout.')
  await button('Create project').click()
  await page.waitForURL(/\/projects\/[0-9a-f-]{36}$/)
  await page.getByRole('heading', { name: 'Web shop' }).waitFor()
  await page.goto(`${orgPath}/projects?create=1`)
  await field(page, 'name', 'Second shop')
  await field(page, 'slug', 'web-shop')
  await button('Create project').click()
  await page.getByRole('dialog').getByRole('alert').first().waitFor()
  expect(await page.locator('[data-field="name"]').inputValue()).toBe('Second shop')
  await field(page, 'slug', 'second-shop')
  await button('Create project').click()
  await page.getByRole('heading', { name: 'Second shop' }).waitFor()
})

it('edits a project and sees its activity, JSON and curl', async () => {
  await button('Edit').click()
  await field(page, 'name', 'Third shop')
  await button('Save').click()
  await page.getByRole('heading', { name: 'Third shop' }).waitFor()
  await page.getByRole('tab', { name: 'Activity' }).click()
  await text('Project changed').waitFor()
  await text('Project created').waitFor()
  await page.getByRole('tab', { name: 'JSON' }).click()
  await page.getByLabel('JSON', { exact: true }).getByText('"Third shop"').waitFor()
  await page.getByRole('tab', { name: 'curl' }).click()
  await text('curl').waitFor()
  await page.reload()
  await page.getByRole('tab', { name: 'curl', selected: true }).waitFor()
})

it('deletes a project only after its slug was typed', async () => {
  await button('Delete').click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('button', { name: 'Delete project' }).isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('second-shop')
  await dialog.getByRole('button', { name: 'Delete project' }).click()
  await page.waitForURL('**/projects')
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
})

it('shows on the live page what happens elsewhere, as it happens', async () => {
  await elsewhere.signIn(ada.email, ada.password)
  await page.goto(`${orgPath}/live`)
  await page.locator('[data-live-pill][data-state="live"]').waitFor()
  const before = await events().count()
  expect(before).toBeGreaterThan(3)
  await elsewhere.call('POST', `/v1/orgs/${orgId}/projects`, { name: 'Made elsewhere' })
  await events().filter({ hasText: 'Made elsewhere' }).waitFor({ timeout: 5_000 })
  expect(await events().count()).toBe(before + 1)
})

it('resumes after a break without loss and without doubling', async () => {
  const before = await events().count()
  await window.context.setOffline(true)
  await page.locator('[data-live-pill][data-state="offline"]').waitFor()
  for (const name of ['While away 1', 'While away 2', 'While away 3']) {
    await elsewhere.call('POST', `/v1/orgs/${orgId}/projects`, { name })
  }
  await window.context.setOffline(false)
  await page.locator('[data-live-pill][data-state="live"]').waitFor({ timeout: 60_000 })
  await expect.poll(() => events().count()).toBe(before + 3)
  for (const name of ['While away 1', 'While away 2', 'While away 3']) {
    expect(await events().filter({ hasText: name }).count()).toBe(1)
  }
})

it('a list shows by itself what was made elsewhere', async () => {
  await page.goto(`${orgPath}/projects`)
  await page.locator('[data-live-pill][data-state="live"]').waitFor()
  const rows = await page.locator('tbody tr').count()
  await elsewhere.call('POST', `/v1/orgs/${orgId}/projects`, { name: 'Appears by itself' })
  await page.locator('tbody tr').filter({ hasText: 'Appears by itself' }).waitFor({ timeout: 5_000 })
  expect(await page.locator('tbody tr').count()).toBe(rows + 1)
})

it('lists it all in the audit, with filters in the URL and the state of the chain', async () => {
  await page.goto(`${orgPath}/audit`)
  await page.locator('tbody tr').filter({ hasText: 'Create project' }).first().waitFor()
  await page.getByLabel('Action').selectOption('Orgs.DeleteProject')
  await page.waitForURL(/action=Orgs\.DeleteProject/)
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
  await page.reload()
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
  await button('Clear the filters').click()
  await expect.poll(() => page.locator('[data-chain]').textContent(), { timeout: 20_000 }).toMatch(/[1-9]\d* sealed/)
  await expect.poll(() => page.locator('[data-chain]').textContent(), { timeout: 20_000 }).toMatch(/\D0 waiting/)
  await button('Verify chain').click()
  await page.locator('[data-chain]').getByText(/intact/).waitFor()
})

it('invites somebody, who joins by the mailed link and shows up by herself', async () => {
  await page.goto(`${orgPath}/members?invite=1`)
  await field(page, 'email', grace.email)
  await page.getByLabel('Role').last().selectOption('viewer')
  await button('Send invitation').click()
  await page.getByText(grace.email).first().waitFor()
  const second = await open(browser)
  const link = await mailedLink(grace.email, '/accept-invitation')
  await second.page.goto(link)
  await second.page.getByRole('link', { name: 'Create an account' }).click()
  await field(second.page, 'name', grace.name)
  await field(second.page, 'email', grace.email)
  await field(second.page, 'password', grace.password)
  await second.page.getByRole('button', { name: 'Create account' }).click()
  await second.page.goto(await mailedLink(grace.email, '/verify-email'))
  await second.page.getByText('Your address is verified.').waitFor()
  await signIn(second.page, grace.email, grace.password)
  await second.page.goto('/accept-invitation')
  await second.page.getByRole('heading', { name: `Acme ${stamp}` }).waitFor()
  expect(await second.page.getByRole('link', { name: 'New project' }).count()).toBe(0)
  await page.getByLabel(`Role of ${grace.name}`).waitFor({ timeout: 10_000 })
  await page.getByLabel(`Role of ${grace.name}`).selectOption('member')
  await text(`${grace.name} is now member.`).waitFor()
  await second.page.reload()
  await second.page.locator('main').getByRole('link', { name: 'New project' }).first().waitFor()
  expect(second.complaints).toEqual([])
  await second.context.close()
})

it('loses nothing when the session ends in the middle of a form', async () => {
  await page.goto(`${orgPath}/projects?create=1`)
  await field(page, 'name', 'Typed before the end')
  const sessions = (await elsewhere.call('GET', '/v1/me/sessions')) as { items: Array<{ id: string; current: boolean }> }
  for (const session of sessions.items) {
    if (!session.current) await elsewhere.call('DELETE', `/v1/me/sessions/${session.id}`)
  }
  await button('Create project').click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.waitFor()
  await dialog.locator('[data-field="password"]').fill(ada.password)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Typed before the end' }).waitFor()
})

it('finds pages, projects and operations with the keyboard alone', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search' }).waitFor()
  await page.keyboard.type('web shop')
  await page.getByRole('option', { name: /Web shop/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Web shop' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('CreateOrg')
  await page.getByRole('option', { name: /Orgs\.CreateOrg/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/docs#tag/orgs/POST/v1/orgs')
  await page.getByRole('heading', { name: /Creates an org/ }).first().waitFor()
})

it('keeps the chosen theme over a reload', async () => {
  await page.goto('/me')
  await page.getByLabel('Theme').selectOption('dark')
  await button('Save settings').click()
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await page.reload()
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await page.getByLabel('Theme').selectOption('system')
  await button('Save settings').click()
})

it('signs out, in the other tab too, and stays out', async () => {
  const other = await window.context.newPage()
  await other.goto('/me')
  await other.getByRole('heading', { name: 'Profile and settings' }).waitFor()
  await button('Account').click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in**')
  await other.waitForURL('**/sign-in**')
  await other.close()
  await page.goto(`${orgPath}/projects`)
  await page.waitForURL('**/sign-in**')
})

it('sets a new password by the mailed link and comes back to where it wanted to go', async () => {
  await page.getByRole('link', { name: 'Forgot it?' }).click()
  await field(page, 'email', ada.email)
  await button('Send the link').click()
  await text('the mail is on its way').waitFor()
  await page.goto(await mailedLink(ada.email, '/reset-password'))
  await field(page, 'password', `${ada.password} again`)
  await button('Set password').click()
  await text('Your password is set').waitFor()
  await page.goto(`${orgPath}/projects`)
  await field(page, 'email', ada.email)
  await field(page, 'password', `${ada.password} again`)
  await button('Sign in').click()
  await page.waitForURL(`**${orgPath}/projects`)
})
