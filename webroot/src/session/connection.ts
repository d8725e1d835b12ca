import { followNetwork, LiveClient, type LiveState } from '@vertebra/live'
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useSession } from './store'

/** The one live connection of the console; opened by the first who follows something. */
export const useConnection = defineStore('connection', () => {
  const session = useSession()
  const state = ref<LiveState>('idle')
  const retryAt = ref<number | null>(null)

  const client = new LiveClient({
    url: `${location.origin.replace(/^http/, 'ws')}/v1/live`,
    token: async (worn) => {
      if (worn !== null || session.stale()) await session.renew(worn ?? session.current())
      return session.current()
    },
    onState: (next, retryInMs) => {
      state.value = next
      retryAt.value = retryInMs === null ? null : Date.now() + retryInMs
    },
  })

  watch(
    () => session.token,
    (token) => token !== null && client.renew(token),
  )
  watch(
    () => session.status,
    (status) => status === 'out' && client.close(),
  )
  followNetwork(client)

  const subscribe: LiveClient['subscribe'] = (topic, options) => {
    client.connect()
    return client.subscribe(topic, options)
  }

  return { state: computed(() => state.value), retryAt: computed(() => retryAt.value), subscribe, wake: () => client.wake() }
})
