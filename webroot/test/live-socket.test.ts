import type { AddressInfo } from 'node:net'
import { LiveClient, type OutboxEntry, type Socket } from '@vertebra/live'
import { afterEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { ClientFrame } from '@/live/frames'

/** The client against real sockets: a door that is killed in the middle of a stream and comes back. */

const log: Array<{ id: string; data: { n: number } }> = []
const effects = new Map<string, unknown>()
const received: ClientFrame[] = []
const clients: LiveClient[] = []
let server: WebSocketServer

function open(port: number): Promise<number> {
  server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: () => 'vertebra.live.v1' })
  server.on('connection', (socket) => {
    socket.on('message', (bytes) => receive(socket, JSON.parse(String(bytes))))
  })
  return new Promise((resolve) => server.on('listening', () => resolve((server.address() as AddressInfo).port)))
}

function receive(socket: WebSocket, frame: ClientFrame): void {
  const say = (answer: object) => socket.send(JSON.stringify(answer))
  received.push(frame)
  if (frame.op === 'auth') say({ op: 'ok', expiresAt: new Date(Date.now() + 600_000).toISOString() })
  if (frame.op === 'sub') {
    say({ op: 'ok', id: frame.id, cursor: frame.after ?? 'e0' })
    for (let n = Number((frame.after ?? 'e0').slice(1)); n < log.length; n++) say({ op: 'event', id: frame.id, cursor: `e${n + 1}`, event: log[n] })
  }
  if (frame.op === 'req') {
    effects.set(frame.key as string, frame.body)
    say({ op: 'res', id: frame.id, body: frame.body })
  }
}

/** As a crash does it: no goodbye to anybody. */
async function kill(): Promise<void> {
  for (const socket of server.clients) socket.terminate()
  await new Promise((resolve) => server.close(resolve))
}

function client(port: number, store?: { load(): OutboxEntry[]; save(entries: readonly OutboxEntry[]): void }): LiveClient {
  const made = new LiveClient({
    url: `ws://127.0.0.1:${port}/v1/live`,
    token: async () => 'token',
    socket: (url, protocol) => new WebSocket(url, protocol) as unknown as Socket,
    random: () => 0,
    ...(store ? { queue: { store } } : {}),
  })
  clients.push(made)
  return made
}

const append = (count: number) => {
  for (let i = 0; i < count; i++) log.push({ id: `id${log.length}`, data: { n: log.length } })
}

afterEach(async () => {
  for (const one of clients.splice(0)) one.close()
  await kill()
})

it('comes back after the server was killed, and hears each event once', async () => {
  const port = await open(0)
  const got: unknown[] = []
  append(5)
  const live = client(port)
  live.subscribe('orgs/o/events', { after: 'e0', onEvent: (event) => got.push(event.data.n) })
  live.connect()
  await expect.poll(() => got).toEqual([0, 1, 2, 3, 4])
  await expect.poll(() => live.state).toBe('live')
  await kill()
  await expect.poll(() => live.state).toBe('offline')
  append(3)
  await open(port)
  await expect.poll(() => got, { timeout: 10_000 }).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

it('sends changes that were made offline, in order, also those of an earlier program', async () => {
  const port = await open(0)
  await kill()
  let kept: OutboxEntry[] = []
  const store = { load: () => kept, save: (entries: readonly OutboxEntry[]) => (kept = [...entries]) }
  const first = client(port, store)
  first.connect()
  void first.submit('Orgs.CreateProject', { name: 'one' })
  void first.submit('Orgs.CreateProject', { name: 'two' })
  first.close()
  expect(kept.map((entry) => entry.body)).toEqual([{ name: 'one' }, { name: 'two' }])
  await open(port)
  const second = client(port, store)
  second.connect()
  await expect(second.submit('Orgs.CreateProject', { name: 'three' })).resolves.toEqual({ name: 'three' })
  expect([...effects.values()]).toEqual([{ name: 'one' }, { name: 'two' }, { name: 'three' }])
  expect(kept).toEqual([])
})
