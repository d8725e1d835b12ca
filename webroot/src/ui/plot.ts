import 'uplot/dist/uPlot.min.css'
import uPlot from 'uplot'
import { onBeforeUnmount, onMounted, type Ref, shallowRef } from 'vue'

export const FONT = '11px "Inter Variable", sans-serif'

/** The value of a colour token of style.css in the theme that shows. */
export const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** A chart in an element: drawn when it is there, drawn anew in another theme, as wide as the element. */
export function usePlot(host: Ref<HTMLElement | undefined>, height: number, make: () => Omit<uPlot.Options, 'width' | 'height'>, data: () => uPlot.AlignedData) {
  const plot = shallowRef<uPlot>()
  let sizes: ResizeObserver | undefined
  let themes: MutationObserver | undefined

  function draw(): void {
    if (!host.value) return
    plot.value?.destroy()
    plot.value = new uPlot({ ...make(), width: host.value.clientWidth, height }, data(), host.value)
  }

  onMounted(() => {
    draw()
    sizes = new ResizeObserver(() => host.value && plot.value?.setSize({ width: host.value.clientWidth, height }))
    if (host.value) sizes.observe(host.value)
    themes = new MutationObserver(draw)
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  })
  onBeforeUnmount(() => {
    sizes?.disconnect()
    themes?.disconnect()
    plot.value?.destroy()
    plot.value = undefined
  })
  return { plot, draw, update: () => plot.value?.setData(data()) }
}

/** The moment of a chart that is chosen by key, as a pointer would choose it. */
export function usePointer(plot: Ref<uPlot | undefined>, at: Ref<number | null>) {
  function point(index: number, seconds: number): void {
    if (!plot.value) return
    at.value = index
    plot.value.setCursor({ left: plot.value.valToPos(seconds, 'x'), top: 0 }, false)
  }

  function release(): void {
    at.value = null
    plot.value?.setCursor({ left: -10, top: -10 }, false)
  }

  return { point, release }
}
