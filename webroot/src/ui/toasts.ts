import { reactive } from 'vue'

export interface Toast {
  id: number
  text: string
  tone: 'good' | 'bad'
}

export const toasts = reactive<Toast[]>([])
let serial = 0

/** Says in passing that something worked or did not. */
export function announce(text: string, tone: Toast['tone'] = 'good'): void {
  const id = ++serial
  toasts.push({ id, text, tone })
  setTimeout(() => dismiss(id), tone === 'good' ? 4_000 : 8_000)
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((toast) => toast.id === id)
  if (at >= 0) toasts.splice(at, 1)
}
