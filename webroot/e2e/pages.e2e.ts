import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessible, type Browser, Client, go, launch, open, type Page, picture, signIn } from './browser'

/** Every page, in both themes, wide and narrow: axe, no sideways scrolling, a picture. */

const stamp = Date.now().toString(36)
const person = { name: 'Katherine Johnson', email: `katherine-${stamp}@example.com`, password: `five blue orbits ${stamp}` }
const operator = { email: process.env.OPERATOR_EMAIL ?? '', password: process.env.OPERATOR_PASSWORD ?? '' }

let browser: Browser
let org: string
let project: string

beforeAll(async () => {
  expect(operator.email, 'OPERATOR_EMAIL, which `./vertebra dev` shows at its first start').toBeTruthy()
  browser = await launch()
  const client = new Client()
  await client.call('POST', '/v1/auth/register', person)
  await client.signIn(person.email, person.password)
  org = ((await client.call('POST', '/v1/orgs', { name: 'Acme Robotics' })) as { id: string }).id
  const names = ['Data lake', 'Customer portal', 'Firmware updates', 'Billing pipeline', 'Fleet telemetry', 'Web shop']
  for (const name of names) {
    const made = (await client.call('POST', `/v1/orgs/${org}/projects`, {
      name,
      description: name === 'Web shop' ? 'The public store and its checkout.' : undefined,
    })) as { id: string }
    project = made.id
  }
  await client.call('PATCH', `/v1/orgs/${org}/projects/${project}`, { description: 'The public store, its checkout and its returns.' })
  await client.call('POST', `/v1/orgs/${org}/invitations`, { email: `margaret-${stamp}@example.com`, role: 'admin' })
})

afterAll(() => browser?.close())

const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { look: 'narrow', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { look: 'narrow-dark', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const

/** What is kept as a picture: every section once, and a few in the other looks. */
const PICTURES: Record<string, string[]> = {
  light: [
    ...['sign-in', 'orgs', 'org', 'projects', 'project', 'members', 'access', 'audit', 'live'],
    ...['org-settings', 'profile', 'sessions', 'palette', 'docs', 'readers', 'jobs', 'policies'],
  ],
  dark: ['org', 'project-activity', 'audit', 'live'],
  narrow: ['org', 'live'],
  'narrow-dark': [],
}

describe.each(looks)('in $look', ({ look, colorScheme, viewport }) => {
  let page: Page
  let opened: Awaited<ReturnType<typeof open>>

  beforeAll(async () => {
    opened = await open(browser, { colorScheme, viewport })
    page = opened.page
  })

  afterAll(async () => {
    await opened.context.close()
    expect(opened.complaints).toEqual([])
  })

  async function shown(name: string) {
    if (PICTURES[look]?.includes(name)) await picture(page, look === 'light' ? name : `${name}-${look}`)
  }

  async function look_at(name: string, path: string, ready: string) {
    await go(page, path)
    await page.locator(ready).first().waitFor().catch(async (late: unknown) => {
      throw new Error(`${name} in ${look}: ${String(late)}\n${await page.locator('body').innerText()}`)
    })
    if (path.startsWith('/orgs/') && !path.includes('00000000')) await page.locator('[data-live-pill][data-state="live"]').waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await accessible(page, `${name} in ${look}`)
    await shown(name)
  }

  it('the pages before signing in', async () => {
    await look_at('sign-in', '/sign-in', 'form')
    await look_at('register', '/register', 'form')
    await page.getByRole('button', { name: 'Create account' }).click()
    await accessible(page, `register with mistakes in ${look}`)
    await look_at('forgot-password', '/forgot-password', 'form')
    await look_at('reset-password', '/reset-password#token=none', 'form')
    await look_at('verify-email', '/verify-email#token=none', '[role=alert]')
    await look_at('accept-invitation', '/accept-invitation#token=none', 'main a.button')
  })

  it('the pages of an org', async () => {
    await signIn(page, person.email, person.password)
    await look_at('orgs', '/orgs', 'main li')
    await look_at('org', `/orgs/${org}`, 'main ol li')
    await look_at('projects', `/orgs/${org}/projects`, 'tbody tr')
    await look_at('project', `/orgs/${org}/projects/${project}`, 'main dl')
    await look_at('project-activity', `/orgs/${org}/projects/${project}?tab=activity`, 'main ol li')
    await look_at('project-json', `/orgs/${org}/projects/${project}?tab=json`, 'main pre')
    await look_at('members', `/orgs/${org}/members`, 'main li')
    await look_at('access', `/orgs/${org}/access`, 'tbody tr')
    await look_at('audit', `/orgs/${org}/audit`, 'tbody tr')
    await look_at('live', `/orgs/${org}/live`, '[data-events] li')
    await look_at('org-settings', `/orgs/${org}/settings`, 'main form')
  })

  it('dialogs, menus and the palette', async () => {
    await look_at('project-create', `/orgs/${org}/projects?create=1`, '[role=dialog]')
    await look_at('invite', `/orgs/${org}/members?invite=1`, '[role=dialog]')
    await page.goto(`/orgs/${org}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search' }).fill('project')
    await accessible(page, `palette in ${look}`)
    await shown('palette')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menu').waitFor()
    await accessible(page, `account menu in ${look}`)
    await page.keyboard.press('Escape')
    if (viewport.width < 1024) await page.getByRole('button', { name: 'Open the navigation' }).click()
    await page.getByRole('button', { name: 'Switch org or project' }).click()
    await page.getByRole('menu').waitFor()
    await accessible(page, `switcher in ${look}`)
    await page.keyboard.press('Escape')
  })

  it('the pages of the person, and those that are not there', async () => {
    await look_at('profile', '/me', 'main form')
    await look_at('sessions', '/me/sessions', 'main li')
    await look_at('policies-refused', '/admin/policies', 'main [role=alert]')
    await look_at('lost', '/no/such/page', 'main h1')
    await look_at('org-lost', '/orgs/00000000-0000-7000-8000-000000000000', 'main [role=alert]')
  })

  it('the API reference', async () => {
    await look_at('docs', '/docs', 'h1')
  })

  it('the pages of the platform', async () => {
    const own = await open(browser, { colorScheme, viewport })
    await signIn(own.page, operator.email, operator.password)
    // Where a sign-in leads is still being found out; a load of its own comes after it.
    await own.page.goto('/admin')
    const pages = [
      ['platform', '/admin', '[data-node]'],
      ['readers', '/admin/readers', 'main section :is(h2, li)'],
      ['dead-letters', '/admin/dead-letters', 'main section :is(h2, li)'],
      ['jobs', '/admin/jobs', '[data-jobs] li'],
      ['errors', '/admin/errors', 'main section :is(h2, li)'],
      ['policies', '/admin/policies', 'main li form'],
    ] as const
    for (const [name, path, ready] of pages) {
      await go(own.page, path)
      await own.page.locator(ready).first().waitFor()
      await own.page.locator('.skeleton').first().waitFor({ state: 'detached' })
      await accessible(own.page, `${name} in ${look}`)
      if (PICTURES[look]?.includes(name)) await picture(own.page, look === 'light' ? name : `${name}-${look}`)
    }
    await own.context.close()
    expect(own.complaints).toEqual([])
  })
})

it('an operator changes a policy value and restores it', async () => {
  const own = await open(browser)
  await signIn(own.page, operator.email, operator.password)
  await own.page.goto('/admin/policies')
  const row = own.page.locator('main li', { hasText: 'limits.login-per-account-per-minute' })
  await row.getByRole('textbox').fill('40')
  await row.getByRole('button', { name: 'Save' }).click()
  await row.getByText('global').waitFor()
  await row.getByRole('button', { name: /Restore/ }).click()
  await row.getByText('default').waitFor()
  await own.context.close()
})
