import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessible, type Browser, launch, open, picture, signIn } from './browser'

/** The operator's dashboard while its server is killed and comes back: a server of this test's own. */

const vertebra = fileURLToPath(new URL('../../vertebra', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'vertebra-e2e-'))
let base: string
let port: number
let server: ChildProcess
let browser: Browser

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const found = (probe.address() as AddressInfo).port
      probe.close(() => resolve(found))
    })
  })
}

async function start(): Promise<void> {
  let said = ''
  server = spawn(vertebra, ['dev', '--port', String(port), '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] })
  server.stdout?.on('data', (bytes) => (said += String(bytes)))
  server.stderr?.on('data', (bytes) => (said += String(bytes)))
  for (const deadline = Date.now() + 110_000; Date.now() < deadline; ) {
    if (server.exitCode !== null) throw new Error(`The server ended:\n${said}`)
    const ready = await fetch(`${base}/ready`).catch(() => null)
    if (ready?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`The server did not become ready:\n${said}`)
}

/** The script hands over to java, so that this is the process of the server itself. */
async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const over = new Promise((resolve) => server.once('exit', resolve))
  if (server.exitCode === null && server.signalCode === null && server.kill(signal)) await over
}

/** Somebody who uses the platform, so that there is something to see; what fails while it is away is part of it. */
async function traffic(email: string, password: string): Promise<() => void> {
  const headers = { 'Content-Type': 'application/json' }
  const login = await fetch(`${base}/v1/auth/login`, { method: 'POST', headers, body: JSON.stringify({ email, password }) })
  const { accessToken } = (await login.json()) as { accessToken: string }
  const paths = ['/v1/me', '/v1/me/orgs', '/v1/me/sessions', '/v1/admin/jobs', '/v1/admin/policies']
  let turn = 0
  const ask = () => fetch(base + paths[turn++ % paths.length], { headers: { Authorization: `Bearer ${accessToken}` } }).catch(() => null)
  const timer = setInterval(ask, 80)
  return () => clearInterval(timer)
}

beforeAll(async () => {
  port = await freePort()
  base = `http://localhost:${port}`
  browser = await launch()
  await start()
})

afterAll(async () => {
  await browser?.close()
  await end('SIGTERM')
  rmSync(data, { recursive: true, force: true })
})

it('the dashboard says that the server is away, and goes on by itself when it is back', { timeout: 200_000 }, async () => {
  // The operator is made as soon as the server is ready.
  await expect.poll(() => existsSync(join(data, 'operator.json')), { timeout: 60_000 }).toBe(true)
  const operator = JSON.parse(readFileSync(join(data, 'operator.json'), 'utf8')) as { email: string; password: string }
  const { context, page, complaints } = await open(browser, { baseURL: base })
  await signIn(page, operator.email, operator.password)
  // The first page goes on to the orgs by itself, and would take whoever clicks before that along.
  await page.getByRole('heading', { name: 'Orgs', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Platform', exact: true }).click()
  await page.mouse.move(640, 4)
  const rest = await traffic(operator.email, operator.password)
  const state = page.locator('[data-platform-state]')
  const chart = page.locator('[data-chart="Requests"]')
  const points = async () => Number(await chart.getAttribute('data-points'))
  await page
    .locator('[data-platform-state="healthy"]')
    .waitFor({ timeout: 60_000 })
    .catch(async () => expect.fail(`The platform is not healthy:\n${await page.locator('body').innerText()}`))
  await page.locator('[data-node]').waitFor()
  await expect.poll(points, { timeout: 40_000 }).toBeGreaterThan(7)
  const before = await points()

  await end('SIGKILL')
  await page.locator('[data-platform-state="away"]').waitFor()
  // A short absence is no gap in the picture; this one is long enough to be seen.
  await expect.poll(() => chart.getAttribute('data-gaps'), { timeout: 40_000 }).toBe('1')
  await page.getByText('It goes on by itself').waitFor()
  await accessible(page, 'platform without its server')
  await start()

  await page.locator('[data-platform-state="healthy"]').waitFor({ timeout: 60_000 })
  await expect.poll(points, { timeout: 40_000 }).toBeGreaterThan(before + 7)
  expect(await chart.getAttribute('data-gaps')).toBe('1')
  expect(await state.getAttribute('data-platform-state')).toBe('healthy')
  await accessible(page, 'platform in light')
  await picture(page, 'platform')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  await accessible(page, 'platform in dark')
  await picture(page, 'platform-dark')
  await page.setViewportSize({ width: 360, height: 740 })
  await accessible(page, 'platform in narrow')
  await picture(page, 'platform-narrow')
  expect(complaints.filter((one) => !/ERR_CONNECTION|502|Failed to fetch/.test(one))).toEqual([])
  rest()
  await context.close()
})
