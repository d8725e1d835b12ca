import { onBeforeUnmount, onMounted, ref } from 'vue'

/** The present, moving on while the component is shown. */
export function useNow(everyMs: number) {
  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval>
  onMounted(() => (timer = setInterval(() => (now.value = Date.now()), everyMs)))
  onBeforeUnmount(() => clearInterval(timer))
  return now
}
