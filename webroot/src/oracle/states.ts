import { CircleArrowDown, CircleCheck, CircleDashed, CircleX, TriangleAlert } from 'lucide-vue-next'
import type { Component } from 'vue'
import type { State } from './shapes'

/** How a state looks: by shape as well as by colour. */
export const LOOKS: Record<State, { icon: Component; ink: string; ground: string; tone: 'good' | 'warn' | 'bad' | 'accent' | 'neutral' }> = {
  healthy: { icon: CircleCheck, ink: 'text-good', ground: 'bg-good', tone: 'good' },
  degraded: { icon: TriangleAlert, ink: 'text-warn', ground: 'bg-warn', tone: 'warn' },
  unhealthy: { icon: CircleX, ink: 'text-bad', ground: 'bg-bad', tone: 'bad' },
  draining: { icon: CircleArrowDown, ink: 'text-accent-ink', ground: 'bg-accent', tone: 'accent' },
  silent: { icon: CircleDashed, ink: 'text-bad', ground: 'bg-bad', tone: 'bad' },
}
