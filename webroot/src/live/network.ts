import type { LiveClient } from './client'

/** Lets a client in a browser know at once when the network goes and comes, and when the page is shown again. */
export function followNetwork(client: LiveClient): () => void {
  const offline = () => client.interrupt()
  const online = () => client.wake()
  const shown = () => document.visibilityState === 'visible' && client.wake()
  addEventListener('offline', offline)
  addEventListener('online', online)
  document.addEventListener('visibilitychange', shown)
  return () => {
    removeEventListener('offline', offline)
    removeEventListener('online', online)
    document.removeEventListener('visibilitychange', shown)
  }
}
