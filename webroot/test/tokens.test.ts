import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Tokens } from '@/session/tokens'

let answers: Array<{ accessToken: string; expiresIn: number } | 'ended' | 'unreachable'>
let asked: number
let tokens: Tokens

beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
  answers = []
  tokens = new Tokens({
    refresh: async () => {
      asked++
      return answers.shift() ?? 'unreachable'
    },
    now: () => Date.now(),
  })
})

afterEach(() => vi.useRealTimers())

it('one renewal serves all who wait for it', async () => {
  answers = [{ accessToken: 'b', expiresIn: 600 }]
  const all = await Promise.all([tokens.renew(), tokens.renew(), tokens.renew()])
  expect(all).toEqual(['renewed', 'renewed', 'renewed'])
  expect(asked).toBe(1)
  expect(tokens.current).toBe('b')
})

it('a token that was replaced meanwhile is not renewed again', async () => {
  tokens.accept({ accessToken: 'new', expiresIn: 600 })
  expect(await tokens.renew('old')).toBe('renewed')
  expect(asked).toBe(0)
})

it('a token is renewed a minute before it expires', async () => {
  answers = [{ accessToken: 'b', expiresIn: 600 }]
  tokens.accept({ accessToken: 'a', expiresIn: 600 })
  await vi.advanceTimersByTimeAsync(539_000)
  expect(asked).toBe(0)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(tokens.current).toBe('b')
})

it('an ended session forgets the token, a server out of reach keeps it', async () => {
  tokens.accept({ accessToken: 'a', expiresIn: 600 })
  answers = ['unreachable', 'ended']
  expect(await tokens.renew('a')).toBe('unreachable')
  expect(tokens.current).toBe('a')
  expect(await tokens.renew('a')).toBe('ended')
  expect(tokens.current).toBeNull()
})
