import type { Granted } from './tokens'

/** Exchanges the refresh cookie for an access token; tabs take turns, so that they do not race with one cookie. */
export async function refreshByCookie(peers: () => Promise<Granted | null>): Promise<Granted | 'ended' | 'unreachable'> {
  return inTurn(async () => {
    const shared = await peers()
    if (shared) return shared
    try {
      const response = await fetch('/v1/auth/refresh', {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json', 'X-Vertebra-CSRF': '1' },
        body: '{}',
      })
      if (response.ok) return await response.json()
      return response.status >= 400 && response.status < 500 && response.status !== 429 ? 'ended' : 'unreachable'
    } catch {
      return 'unreachable'
    }
  })
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const locks = (navigator as Navigator & { locks?: LockManager }).locks
  return locks ? (locks.request('vertebra.refresh', work) as Promise<T>) : work()
}
