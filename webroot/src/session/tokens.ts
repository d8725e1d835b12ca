/** What a renewal of the access token came to. */
export type Renewal = 'renewed' | 'ended' | 'unreachable'

/** What the server grants, or another tab hands on. */
export interface Granted {
  accessToken: string
  expiresIn: number
}

/** Where the tokens come from; replaced in tests. */
export interface TokenSource {
  refresh(refused: string | null): Promise<Granted | 'ended' | 'unreachable'>
  now(): number
}

const EARLY_MS = 60_000

/**
 * Keeps the access token, in memory only, and renews it: early by a timer, or when the server refused it. However many
 * callers ask, one renewal runs at a time.
 */
export class Tokens {
  #token: string | null = null
  #expiresAt = 0
  #running: Promise<Renewal> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly source: TokenSource,
    private readonly changed: (token: string | null) => void = () => {},
  ) {}

  get current(): string | null {
    return this.#token
  }

  get expiresAt(): number {
    return this.#expiresAt
  }

  /** Whether the token expires too soon to start a request with it. */
  get stale(): boolean {
    return this.#token === null || this.source.now() > this.#expiresAt - 5_000
  }

  accept(granted: Granted): void {
    const lifeMs = granted.expiresIn * 1000
    this.#token = granted.accessToken
    this.#expiresAt = this.source.now() + lifeMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.renew(), Math.max(lifeMs - EARLY_MS, lifeMs / 2))
    this.changed(this.#token)
  }

  forget(): void {
    clearTimeout(this.#timer)
    this.#token = null
    this.#expiresAt = 0
    this.changed(null)
  }

  /** Renews the token; `refused` is the one that the server did not take, so that a newer one is not renewed again. */
  renew(refused?: string | null): Promise<Renewal> {
    if (refused !== undefined && refused !== this.#token && !this.stale) return Promise.resolve('renewed')
    this.#running ??= this.#renew().finally(() => (this.#running = null))
    return this.#running
  }

  async #renew(): Promise<Renewal> {
    const answer = await this.source.refresh(this.#token)
    if (typeof answer === 'object') {
      this.accept(answer)
      return 'renewed'
    }
    if (answer === 'ended') this.forget()
    return answer
  }
}
