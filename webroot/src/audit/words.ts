/** `Orgs.CreateProject` → "Create project". */
export function phrase(name: string): string {
  const last = name.split('.').at(-1) ?? name
  const words = last.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `projectId:0199…` → its kind in words and the id. */
export function targetOf(target: string): { kind: string; id: string } {
  const at = target.indexOf(':')
  if (at < 0) return { kind: '', id: target }
  const kind = target.slice(0, at).replace(/Id$/, '')
  return { kind: kind.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase(), id: target.slice(at + 1) }
}
