import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Person } from '@/api/types'
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
  const tokens = new Tokens({ refresh: refreshByCookie, now: () => Date.now() }, (value) => (token.value = value))
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('vertebra.session')
  let waiting: Array<(signedIn: boolean) => void> = []

  /** Takes up the session of the cookie when there is one; asked once, before the first page. */
  async function resume(): Promise<void> {
    if (status.value !== 'unknown') return
    if (localStorage.getItem(HINT) === null) {
      status.value = 'out'
      return
    }
    const renewal = await tokens.renew()
    if (renewal === 'ended') localStorage.removeItem(HINT)
    status.value = renewal === 'renewed' ? 'in' : 'out'
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
    return new Promise((resolve) => waiting.push(resolve))
  }

  /** Forgets everything of the person; `tell` ends it in the other tabs too. */
  function clear(tell = true): void {
    localStorage.removeItem(HINT)
    tokens.forget()
    person.value = null
    expired.value = false
    status.value = 'out'
    settle(false)
    if (tell) channel?.postMessage('signed-out')
  }

  function settle(signedIn: boolean): void {
    const settled = waiting
    waiting = []
    for (const resolve of settled) resolve(signedIn)
  }

  channel?.addEventListener('message', (message) => {
    if (message.data === 'signed-out' && status.value === 'in') clear(false)
  })

  return {
    status,
    person,
    expired,
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
