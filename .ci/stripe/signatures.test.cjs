// Webhooks that Stripe's own library signed, sent to the endpoint of the sandbox. MASTER_SECRET is that of the server.
const assert = require('node:assert')
const { createHmac } = require('node:crypto')
const { test } = require('node:test')
const Stripe = require('stripe')

const stripe = new Stripe('sk_test_unused')
const secret = 'whsec_' + createHmac('sha256', process.env.MASTER_SECRET).update('sandbox\0webhooks').digest('hex')
const payload = JSON.stringify({
  id: 'evt_' + Date.now(),
  object: 'event',
  type: 'product.created',
  data: { object: { id: 'prod_1', name: 'Zoë’s €' } },
})

async function send(header, body = payload) {
  const answer = await fetch(process.env.BASE_URL + '/v1/payments/webhooks/sandbox', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': header },
    body,
  })
  return answer.status
}

test('a signature of the library is accepted, also twice', async () => {
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret })
  assert.equal(await send(header), 204)
  assert.equal(await send(header), 204)
})

test('a signature that is too old, or over something else, is refused', async () => {
  const timestamp = Math.floor(Date.now() / 1000) - 400
  assert.equal(await send(stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })), 400)
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret })
  assert.equal(await send(header, payload + ' '), 400)
  assert.equal(await send(stripe.webhooks.generateTestHeaderString({ payload, secret: 'whsec_other' })), 400)
})
