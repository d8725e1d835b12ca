import { existsSync, mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

/** The server under test. */
export const BASE_URL = process.env.VERTEBRA_URL ?? 'http://localhost:8080'

/** Where pictures go; none are taken without it. */
const SCREENSHOTS = process.env.SCREENSHOTS

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export async function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`There is no Chromium at ${CHROMIUM}; install it or name it in CHROMIUM.`)
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

/** A window of its own, whose complaints are kept. */
export async function open(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext({
    baseURL: BASE_URL,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    // A status of 4xx is part of what is tested; the page shows it.
    if (message.type() !== 'error' || /Failed to load resource|WebSocket connection/.test(message.text())) return
    complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(options?.baseURL ?? BASE_URL) && !/^(data|blob):/.test(url)) complaints.push(`foreign request ${url}`)
  })
  return { context, page, complaints }
}

/** No violation that axe knows, and nothing wider than the window. */
export async function accessible(page: Page, name: string): Promise<void> {
  // The other mode opens a page of its own for each result, which only frames of other origins need.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
  expect(found, `axe on ${name}`).toEqual([])
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wider, `${name} is wider than the window by`).toBeLessThanOrEqual(0)
}

/** To a page of the console: within the console where it is open, so that its session is not taken up anew each time. */
export async function go(page: Page, path: string): Promise<void> {
  const inside = page.url().startsWith(BASE_URL) && !/\/(docs|sign-in|register)/.test(new URL(page.url()).pathname)
  if (!inside || path === '/docs' || path.includes('#')) {
    await page.goto(path)
    return
  }
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate', { state: null }))
  }, path)
}

export async function picture(page: Page, name: string): Promise<void> {
  if (!SCREENSHOTS) return
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` })
}

export async function field(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`[data-field="${name}"]`).fill(value)
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await field(page, 'email', email)
  await field(page, 'password', password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}

/** The newest link in the mailbox of dev that begins with this path and went to this address. */
export async function mailedLink(email: string, path: string): Promise<string> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const html = await (await fetch(`${BASE_URL}/dev/mail`)).text()
    const mails = html.split(/<article/).filter((mail) => mail.includes(email))
    for (const mail of mails) {
      const token = mail.split(`${path}#token=`)[1]?.match(/^[\w.-]+/)?.[0]
      if (token) return `${path}#token=${token}`
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`No mail to ${email} with a link to ${path}.`)
}

/** The API without the console: another client of the same person. */
export class Client {
  #token = ''

  async signIn(email: string, password: string): Promise<void> {
    const granted = (await this.call('POST', '/v1/auth/login', { email, password })) as { accessToken: string }
    this.#token = granted.accessToken
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(BASE_URL + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
}

export type { Browser, BrowserContext, Page }
