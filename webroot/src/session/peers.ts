import type { Granted } from './tokens'

const WAIT_MS = 120
const WORTH_MS = 120_000

type Message = { kind: 'signed-out' } | { kind: 'ask' } | { kind: 'token'; accessToken: string; expiresAt: number }

/**
 * The other tabs of this console: they share the access token from memory to memory, so that a browser which restores
 * ten tabs refreshes once, and they sign out together.
 */
export class Peers {
  readonly #channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('vertebra.session')
  #heard: ((granted: Granted) => void) | null = null

  constructor(
    private readonly own: () => { accessToken: string; expiresAt: number } | null,
    signedOut: () => void,
  ) {
    this.#channel?.addEventListener('message', (event: MessageEvent<Message>) => {
      const message = event.data
      if (message.kind === 'signed-out') signedOut()
      else if (message.kind === 'ask') this.#answer()
      else if (message.expiresAt - Date.now() > WORTH_MS) {
        this.#heard?.({ accessToken: message.accessToken, expiresIn: (message.expiresAt - Date.now()) / 1000 })
      }
    })
  }

  /** A token of another tab that is good for a while and is not the refused one. */
  ask(refused: string | null): Promise<Granted | null> {
    if (!this.#channel) return Promise.resolve(null)
    return new Promise((resolve) => {
      const end = (granted: Granted | null) => {
        this.#heard = null
        clearTimeout(timer)
        resolve(granted)
      }
      const timer = setTimeout(() => end(null), WAIT_MS)
      this.#heard = (granted) => granted.accessToken !== refused && end(granted)
      this.#channel?.postMessage({ kind: 'ask' } satisfies Message)
    })
  }

  signOut(): void {
    this.#channel?.postMessage({ kind: 'signed-out' } satisfies Message)
  }

  #answer(): void {
    const token = this.own()
    if (token && token.expiresAt - Date.now() > WORTH_MS) {
      this.#channel?.postMessage({ kind: 'token', ...token } satisfies Message)
    }
  }
}
