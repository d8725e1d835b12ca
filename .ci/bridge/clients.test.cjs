// The clients of the event-bus bridges, unmodified: each calls operations, follows events, and resumes after a cursor.
// BASE_URL is a running server, TCP_PORT the port of its TCP door.
const assert = require('node:assert/strict')
const { before, test } = require('node:test')
const EventBus = require('@vertx/eventbus-bridge-client.js')
const TcpEventBus = require('vertx3-tcp-eventbus-client/lib/tcp-vertx-eventbus.js')
const SockJS = require('sockjs-client')
const WebSocket = require('faye-websocket').Client

const base = process.env.BASE_URL ?? 'http://localhost:8080'
const tcpPort = Number(process.env.TCP_PORT ?? 8081)
const WAIT_MS = 20_000
let token
let org

async function post(path, body) {
  const headers = { 'content-type': 'application/json' }
  if (token) headers.authorization = `Bearer ${token}`
  const answer = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return answer.json()
}

before(async () => {
  const person = { email: `bridge.${Date.now()}@example.com`, password: 'walnut cellar tidal quorum' }
  await post('/v1/auth/register', { ...person, name: 'Bridge' })
  token = (await post('/v1/auth/login', person)).accessToken
  org = (await post('/v1/orgs', { name: 'Bridges' })).id
})

function within(what, begin) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: nothing came`)), WAIT_MS)
    begin((value) => {
      clearTimeout(timer)
      resolve(value)
    }, reject)
  })
}

function opened(bus) {
  bus.onerror = () => {}
  bus.defaultHeaders = { token }
  return within('open', (done) => {
    bus.onopen = () => done(bus)
  })
}

function ask(bus, operation, body, headers = {}) {
  return within(operation, (done) => bus.send(operation, body, headers, (refused, answer) => done({ refused, answer })))
}

/** Follows the events of the org; answers how to wait for the next one. */
function follow(bus, after) {
  const heard = []
  const waiting = []
  bus.registerHandler(`orgs/${org}/events`, after ? { after } : {}, (refused, event) => {
    const next = { refused, event }
    waiting.length ? waiting.shift()(next) : heard.push(next)
  })
  return () => (heard.length ? Promise.resolve(heard.shift()) : within('event', (done) => waiting.push(done)))
}

async function path(connect, end) {
  const bus = await opened(connect())
  const got = await ask(bus, 'Orgs.GetOrg', { orgId: org })
  assert.equal(got.answer.body.name, 'Bridges')
  const refused = await ask(bus, 'Orgs.GetOrg', { orgId: '00000000-0000-0000-0000-000000000000' })
  assert.equal(refused.refused.failureCode, 404)
  const key = `key-${Math.random()}`
  // Begins after the newest event: an unmodified client hears of no acknowledgement, so it brings a cursor.
  const page = (await ask(bus, 'Events.ListEvents', { orgId: org, limit: 200 })).answer.body
  const next = follow(bus, page.next)
  const name = `Made ${key}`
  await ask(bus, 'Orgs.CreateProject', { orgId: org, name }, { 'idempotency-key': key })
  const again = await ask(bus, 'Orgs.CreateProject', { orgId: org, name }, { 'idempotency-key': key })
  assert.equal(again.answer.headers.replayed, 'true')
  const first = await next()
  assert.equal(first.event.body.data.name, name)
  end(bus)

  const missed = `Missed ${key}`
  await post(`/v1/orgs/${org}/projects`, { name: missed })
  const later = await opened(connect())
  const resumed = follow(later, first.event.headers.cursor)
  assert.equal((await resumed()).event.body.data.name, missed)
  await post(`/v1/orgs/${org}/projects`, { name: `Then ${key}` })
  assert.equal((await resumed()).event.body.data.name, `Then ${key}`)
  const unknown = await within('refusal', (done) =>
    later.registerHandler('__vertx.anything', {}, (why) => done(why)))
  assert.equal(unknown.failureCode, 404)
  end(later)
}

for (const transport of ['websocket', 'xhr-streaming', 'xhr-polling']) {
  test(`@vertx/eventbus-bridge-client.js over ${transport}`, () =>
    path(() => new EventBus(`${base}/eventbus`, { transports: [transport] }), (bus) => bus.close()))
}

test('vertx3-tcp-eventbus-client', () =>
  path(() => new TcpEventBus('localhost', tcpPort), (bus) => bus.transport.destroy()))

test('sockjs-client alone', async () => {
  const socket = new SockJS(`${base}/eventbus`)
  const answer = await within('answer', (done) => {
    socket.onmessage = (message) => done(JSON.parse(message.data))
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: 'send', address: 'Accounts.GetMe', headers: { token }, replyAddress: 'me' }))
  })
  assert.equal(answer.address, 'me')
  assert.equal(answer.body.name, 'Bridge')
  socket.close()
})

for (const transport of ['websocket', 'xhr-streaming', 'xhr-polling']) {
  test(`sockjs-client over ${transport} is told why it is closed, and closed with 3000`, async () => {
    const socket = new SockJS(`${base}/eventbus`, null, { transports: [transport] })
    const heard = []
    const closed = await within('close', (done) => {
      socket.onmessage = (message) => heard.push(JSON.parse(message.data))
      socket.onclose = done
      socket.onopen = () =>
        socket.send(JSON.stringify({ type: 'send', address: 'Accounts.GetMe', headers: { token: 'x.y.z' }, replyAddress: 'me' }))
    })
    assert.equal(heard.at(-1).failureType, 'UNAUTHENTICATED')
    assert.equal(heard.at(-1).address, undefined)
    assert.deepEqual([closed.code, closed.reason], [3000, 'Go away!'])
  })
}

test('a raw WebSocket is closed with the code of the reason', async () => {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/eventbus/websocket`)
  const closed = await within('close', (done) => {
    socket.on('close', done)
    socket.on('open', () => socket.send(JSON.stringify({ type: 'send', address: 'Accounts.GetMe', headers: { token: 'x.y.z' } })))
  })
  assert.equal(closed.code, 4401)
})

test('a raw WebSocket', async () => {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/eventbus/websocket`)
  const answer = await within('answer', (done) => {
    socket.on('message', (message) => done(JSON.parse(message.data)))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'publish', address: `orgs/${org}/events`, headers: { token }, body: {} })))
  })
  assert.equal(answer.type, 'err')
  assert.equal(answer.failureType, 'FORBIDDEN')
  socket.close()
})
