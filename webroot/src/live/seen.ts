/** The last ids that came, so that what a resume sends twice is shown once. */
export class Seen {
  readonly #ids = new Set<string>()

  constructor(private readonly most = 2_000) {}

  /** Notes the id; false when it was there already. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    if (this.#ids.size > this.most) this.#ids.delete(this.#ids.values().next().value as string)
    return true
  }
}
