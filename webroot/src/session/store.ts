import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Person } from '@/api/types'
import { Peers } from './peers'
import { refreshByCookie } from './refresh'
import { Tokens } from './tokens'

type Status = 'unknown' | 'in' | 'out'

const HINT = 'vertebra.signed-in'

/** Who is signed in. The access token lives in memory; the refresh token in a cookie that scripts cannot read. */
export const useSession = defineStore('session', () => {
  const status = ref<Status>('unknown')
  const person = shallowRef<Person | null>(null)
  const expired = ref(false)
  const token = ref<string | null>(null)
  const waiting = ref(false)
  const tokens: Tokens = new Tokens(
    { refresh: (refused) => refreshByCookie(() => peers.ask(refused)), now: () => Date.now() },
    (value) => (token.value = value),
  )
  const peers = new Peers(
    () => (tokens.current === null ? null : { accessToken: tokens.current, expiresAt: tokens.expiresAt }),
    () => status.value === 'in' && clear(false),
  )
  let resuming: Promise<void> | null = null
  let held: Array<(signedIn: boolean) => void> = []

  /** Takes up the session of the cookie when there is one; asked once, before the first page. */
  function resume(): Promise<void> {
    resuming ??= takeUp()
    return resuming
  }

  /** A server that does not answer says nothing about the session: it is asked again until it does. */
  async function takeUp(): Promise<void> {
    if (localStorage.getItem(HINT) === null) {
      status.value = 'out'
      return
    }
    for (let pauseMs = 1_000; status.value === 'unknown'; pauseMs = Math.min(pauseMs * 1.6, 8_000)) {
      const renewal = await tokens.renew()
      if (renewal === 'renewed') status.value = 'in'
      else if (renewal === 'ended') clear(false)
      else {
        waiting.value = true
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
    waiting.value = false
  }

  function accept(granted: { accessToken: string; expiresIn: number }): void {
    localStorage.setItem(HINT, '1')
    tokens.accept(granted)
    status.value = 'in'
    expired.value = false
    settle(true)
  }

  /** A new token after the server refused one; when the session has ended, waits until the person signed in again. */
  async function renew(refused: string | null): Promise<boolean> {
    if (status.value !== 'in') return false
    const renewal = await tokens.renew(refused)
    if (renewal !== 'ended') return renewal === 'renewed'
    expired.value = true
    return new Promise((resolve) => held.push(resolve))
  }

  /** Forgets everything of the person; `tell` ends it in the other tabs too. */
  function clear(tell = true): void {
    localStorage.removeItem(HINT)
    tokens.forget()
    person.value = null
    expired.value = false
    status.value = 'out'
    settle(false)
    if (tell) peers.signOut()
  }

  function settle(signedIn: boolean): void {
    const settled = held
    held = []
    for (const resolve of settled) resolve(signedIn)
  }

  return {
    status,
    person,
    expired,
    waiting,
    token,
    signedIn: computed(() => status.value === 'in'),
    current: () => tokens.current,
    stale: () => tokens.stale,
    resume,
    refresh: () => tokens.renew(),
    accept,
    renew,
    clear,
  }
})
