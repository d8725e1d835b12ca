import { newKey } from '@vertebra/live'

export { newKey as randomId }

/**
 * The idempotency key of a submission: the same while the same body is tried again, a new one for another body, so
 * that a retry after a lost answer cannot take effect twice.
 */
export class SubmissionKey {
  #fingerprint: string | null = null
  #key = ''

  for(body: unknown): string {
    const fingerprint = JSON.stringify(body)
    if (fingerprint !== this.#fingerprint) {
      this.#fingerprint = fingerprint
      this.#key = newKey()
    }
    return this.#key
  }

  /** Called after a success: the next submission is a new one, even with the same body. */
  done(): void {
    this.#fingerprint = null
  }
}
