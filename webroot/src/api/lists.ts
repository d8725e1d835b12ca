import type { Page } from './types'

/** The items of pages in their order; an item that moved between two reads shows once, in its newest form. */
export function flatten<T>(pages: readonly Page<T>[], id: (item: T) => string): T[] {
  const byId = new Map<string, T>()
  for (const page of pages) {
    for (const item of page.items) byId.set(id(item), item)
  }
  return [...byId.values()]
}
