import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveClient, type LiveEvent, type LiveProblem, type LiveState, type Socket } from '@vertebra/live'
import type { ClientFrame } from '@/live/frames'

/** One end of a wire: the test plays the server. */
class Wire implements Socket {
  onopen: ((event: never) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: ClientFrame[] = []
  closed = false
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.closed = true
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  open() {
    this.onopen?.(undefined as never)
  }
  breaks() {
    this.onclose?.({ code: 1006 })
  }
}

function event(n: number): Omit<LiveEvent, 'cursor'> {
  const at = '2026-01-01T00:00:00Z'
  return { id: `e${n}`, type: 'Orgs.ProjectCreated', version: 1, at, key: 'k', actor: 'a', requestId: 'r', data: {} }
}

let wires: Wire[]
let states: LiveState[]
let refusedTokens: Array<string | null>
let client: LiveClient

beforeEach(() => {
  vi.useFakeTimers()
  wires = []
  states = []
  refusedTokens = []
  client = new LiveClient({
    url: 'ws://test/v1/live',
    token: async (refused) => {
      refusedTokens.push(refused)
      return `token-${refusedTokens.length}`
    },
    socket: () => {
      const wire = new Wire()
      wires.push(wire)
      return wire
    },
    random: () => 1,
    onState: (state) => states.push(state),
  })
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

const tick = () => vi.advanceTimersByTimeAsync(0)
const wire = () => wires.at(-1) as Wire

async function connected() {
  client.connect()
  await tick()
  wire().open()
  wire().say({ op: 'ok' })
  return wire()
}

describe('a live client', () => {
  it('authenticates in the first frame and subscribes after the answer', async () => {
    client.subscribe('orgs/o/events', { onEvent: () => {} })
    client.connect()
    await tick()
    wire().open()
    expect(wire().sent).toEqual([{ op: 'auth', token: 'token-1' }])
    wire().say({ op: 'ok' })
    expect(wire().sent[1]).toEqual({ op: 'sub', id: 's1', topic: 'orgs/o/events', credit: 256 })
  })

  it('is catching up until the past has been read, then live', async () => {
    client.subscribe('orgs/o/events', { after: '3', onEvent: () => {} })
    await connected()
    wire().say({ op: 'ok', id: 's1' })
    wire().say({ op: 'event', id: 's1', cursor: '4', event: event(4) })
    await vi.advanceTimersByTimeAsync(200)
    wire().say({ op: 'event', id: 's1', cursor: '5', event: event(5) })
    await vi.advanceTimersByTimeAsync(200)
    expect(client.state).toBe('catching_up')
    await vi.advanceTimersByTimeAsync(200)
    expect(client.state).toBe('live')
    expect(states).toEqual(['connecting', 'catching_up', 'live'])
  })

  it('is live also where something happens all the time', async () => {
    client.subscribe('orgs/o/events', { onEvent: () => {} })
    await connected()
    wire().say({ op: 'ok', id: 's1' })
    for (let n = 1; n <= 4; n++) {
      wire().say({ op: 'event', id: 's1', cursor: `${n}`, event: { ...event(n), at: new Date().toISOString() } })
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(client.state).toBe('live')
  })

  it('resumes after the last cursor and shows no event twice', async () => {
    const got: string[] = []
    client.subscribe('orgs/o/events', { onEvent: (one) => got.push(`${one.id}@${one.cursor}`) })
    await connected()
    wire().say({ op: 'ok', id: 's1' })
    wire().say({ op: 'event', id: 's1', cursor: '1', event: event(1) })
    wire().say({ op: 'event', id: 's1', cursor: '2', event: event(2) })
    wire().breaks()
    expect(client.state).toBe('offline')
    await vi.advanceTimersByTimeAsync(500)
    expect(wires).toHaveLength(2)
    wire().open()
    wire().say({ op: 'ok' })
    expect(wire().sent[1]).toEqual({ op: 'sub', id: 's1', topic: 'orgs/o/events', after: '2', credit: 256 })
    wire().say({ op: 'event', id: 's1', cursor: '2', event: event(2) })
    wire().say({ op: 'event', id: 's1', cursor: '3', event: event(3) })
    expect(got).toEqual(['e1@1', 'e2@2', 'e3@3'])
  })

  it('waits longer after each failure, and tries at once when woken', async () => {
    client.connect()
    await tick()
    wire().breaks()
    await vi.advanceTimersByTimeAsync(499)
    expect(wires).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(wires).toHaveLength(2)
    wire().breaks()
    await vi.advanceTimersByTimeAsync(999)
    expect(wires).toHaveLength(2)
    client.wake()
    await tick()
    expect(wires).toHaveLength(3)
  })

  it('asks for a fresh token when the server refuses the one it had', async () => {
    client.connect()
    await tick()
    wire().open()
    wire().say({ op: 'err', problem: { status: 401, code: 'unauthenticated', title: 'Sign-in is needed' } })
    await tick()
    expect(refusedTokens).toEqual([null, 'token-1'])
    wire().open()
    expect(wire().sent).toEqual([{ op: 'auth', token: 'token-2' }])
  })

  it('keeps its subscriptions when the token expires, or when the server is overloaded', async () => {
    client.subscribe('orgs/o/events', { after: '7', onEvent: () => {} })
    await connected()
    wire().say({ op: 'err', id: 's1', problem: { status: 401, code: 'unauthenticated', title: 'Sign-in is needed' } })
    await tick()
    wire().open()
    wire().say({ op: 'ok' })
    expect(wire().sent.at(-1)).toEqual({ op: 'sub', id: 's1', topic: 'orgs/o/events', after: '7', credit: 256 })
    wire().say({ op: 'err', id: 's1', problem: { status: 503, code: 'unavailable', title: 'Temporarily unavailable' } })
    await vi.advanceTimersByTimeAsync(500)
    expect(wire().closed).toBe(false)
    expect(wire().sent.at(-1)).toEqual({ op: 'sub', id: 's1', topic: 'orgs/o/events', after: '7', credit: 256 })
  })

  it('ends a subscription that is refused, and says why', async () => {
    const problems: LiveProblem[] = []
    client.subscribe('orgs/x/events', { onEvent: () => {}, onEnd: (one) => problems.push(one) })
    await connected()
    wire().say({ op: 'err', id: 's1', problem: { status: 404, code: 'not_found', title: 'There is no such thing' } })
    expect(problems.map((one) => one.code)).toEqual(['not_found'])
    wire().breaks()
    await vi.advanceTimersByTimeAsync(500)
    wire().open()
    wire().say({ op: 'ok' })
    expect(wire().sent).toHaveLength(1)
  })

  it('answers requests, and rejects those that a lost connection leaves open', async () => {
    await connected()
    const first = client.request('Orgs.GetOrg', { orgId: 'o' })
    expect(wire().sent.at(-1)).toEqual({ op: 'req', id: 'r1', operation: 'Orgs.GetOrg', body: { orgId: 'o' }, timeoutMs: 10_000 })
    wire().say({ op: 'res', id: 'r1', body: { name: 'Acme' } })
    await expect(first).resolves.toEqual({ name: 'Acme' })
    const second = client.request('Orgs.GetOrg', { orgId: 'o' })
    wire().breaks()
    await expect(second).rejects.toMatchObject({ code: 'connection_lost' })
  })

  it('notices a connection that died in silence', async () => {
    await connected()
    const dead = wire()
    await vi.advanceTimersByTimeAsync(25_000)
    expect(dead.sent.at(-1)).toEqual({ op: 'ping' })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(dead.closed).toBe(true)
    expect(client.state).toBe('offline')
  })

  it('hands a renewed token over on the open connection', async () => {
    await connected()
    client.renew('token-9')
    expect(wire().sent.at(-1)).toEqual({ op: 'auth', token: 'token-9' })
    wire().say({ op: 'ok' })
    expect(wires).toHaveLength(1)
  })

  it('renews its token before it expires', async () => {
    client.connect()
    await tick()
    wire().open()
    wire().say({ op: 'ok', expiresAt: new Date(Date.now() + 600_000).toISOString() })
    await vi.advanceTimersByTimeAsync(20_000)
    wire().say({ op: 'pong' })
    for (let second = 20; second < 539; second += 20) {
      await vi.advanceTimersByTimeAsync(20_000)
      wire().say({ op: 'pong' })
    }
    expect(refusedTokens).toEqual([null, 'token-1'])
    expect(wire().sent.at(-1)).toEqual({ op: 'auth', token: 'token-2' })
    expect(wires).toHaveLength(1)
  })

  it('resumes where the server said that a subscription begins, even when nothing happened before the break', async () => {
    client.subscribe('orgs/o/events', { onEvent: () => {} })
    await connected()
    wire().say({ op: 'ok', id: 's1', cursor: 'e41' })
    wire().breaks()
    await vi.advanceTimersByTimeAsync(500)
    wire().open()
    wire().say({ op: 'ok' })
    expect(wire().sent.at(-1)).toMatchObject({ op: 'sub', after: 'e41' })
  })

  it('goes on after a reset, and says where the state can be read', async () => {
    const resets: Array<string | null> = []
    client.subscribe('orgs/o/events', { after: 'e1', onReset: ({ snapshot }) => resets.push(snapshot) })
    await connected()
    const problem = { status: 410, code: 'cursor_expired', title: 'Too old' }
    wire().say({ op: 'reset', id: 's1', cursor: 'e9', snapshot: '/v1/orgs/o/projects', problem })
    wire().breaks()
    await vi.advanceTimersByTimeAsync(500)
    wire().open()
    wire().say({ op: 'ok' })
    expect(resets).toEqual(['/v1/orgs/o/projects'])
    expect(wire().sent.at(-1)).toMatchObject({ op: 'sub', after: 'e9' })
  })

  it('ends a subscription whose right was taken away, and keeps the connection', async () => {
    const ended: string[] = []
    client.subscribe('orgs/o/events', { onEnd: (problem) => ended.push(problem.code) })
    await connected()
    wire().say({ op: 'ok', id: 's1', cursor: 'e1' })
    wire().say({ op: 'revoked', id: 's1', problem: { status: 403, code: 'forbidden', title: 'Not allowed' } })
    expect(ended).toEqual(['forbidden'])
    await vi.advanceTimersByTimeAsync(400)
    expect(client.state).toBe('live')
  })

  it('stays away as long as the server asks', async () => {
    await connected()
    wire().say({ op: 'err', problem: { status: 429, code: 'quota_exceeded', title: 'Too much', retryAfter: 20 } })
    wire().breaks()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(wires).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(wires).toHaveLength(2)
  })

  it('hands over the newest value of a topic that has only one', async () => {
    const values: unknown[] = []
    client.subscribe('platform/metrics', { onValue: (value, at) => values.push([value, at]) })
    await connected()
    wire().say({ op: 'ok', id: 's1' })
    wire().say({ op: 'value', id: 's1', at: '2026-01-01T00:00:00Z', value: { nodes: [] } })
    expect(values).toEqual([[{ nodes: [] }, '2026-01-01T00:00:00Z']])
  })

  it('gives a request up at its deadline, and waits for the connection until then', async () => {
    const early = client.request('Orgs.GetOrg', {}, { timeoutMs: 2_000 })
    await connected()
    expect(wire().sent.at(-1)).toMatchObject({ op: 'req', timeoutMs: 2_000 })
    const late = expect(early).rejects.toMatchObject({ code: 'deadline_exceeded' })
    await vi.advanceTimersByTimeAsync(2_000)
    await late
  })

  it('sends a request with a key again when the connection breaks', async () => {
    await connected()
    const answer = client.request('Orgs.CreateProject', { name: 'A' }, { key: 'k1', timeoutMs: 5_000 })
    wire().breaks()
    await vi.advanceTimersByTimeAsync(500)
    wire().open()
    wire().say({ op: 'ok' })
    expect(wire().sent.at(-1)).toMatchObject({ op: 'req', id: 'r1', key: 'k1' })
    wire().say({ op: 'res', id: 'r1', body: 1 })
    await expect(answer).resolves.toBe(1)
  })

  it('ignores what it does not understand', async () => {
    await connected()
    wire().onmessage?.({ data: 'not json' })
    wire().say({ op: 'from-the-future' })
    await vi.advanceTimersByTimeAsync(400)
    expect(client.state).toBe('live')
  })
})
