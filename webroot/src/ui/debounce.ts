import { onScopeDispose, ref, type Ref, watch } from 'vue'

/** The value as it was when it had been quiet for a while. */
export function refDebounced<T>(source: Readonly<Ref<T>>, quietMs: number): Readonly<Ref<T>> {
  const calm = ref(source.value) as Ref<T>
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (next) => {
    clearTimeout(timer)
    timer = setTimeout(() => (calm.value = next), quietMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return calm
}
