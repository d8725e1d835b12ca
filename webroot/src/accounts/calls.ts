import { useQuery } from '@tanstack/vue-query'
import { watch } from 'vue'
import type { Router } from 'vue-router'
import { api, take } from '@/api/client'
import { queries } from '@/api/queries'
import { useSession } from '@/session/store'
import { theme, type ThemeChoice } from '@/ui/theme'

/** Signs in; the refresh token goes into a cookie that scripts cannot read. */
export async function signIn(email: string, password: string): Promise<void> {
  const granted = await take(api.POST('/v1/auth/login', { body: { email, password, session: 'cookie' } }))
  useSession().accept(granted)
}

export async function signOut(): Promise<void> {
  const session = useSession()
  try {
    if (session.stale()) await session.refresh()
    await take(api.POST('/v1/auth/logout'))
  } finally {
    session.clear()
  }
}

/** The person who is signed in. */
export function useMe() {
  const session = useSession()
  const query = useQuery({
    queryKey: ['me'],
    queryFn: () => take(api.GET('/v1/me')),
    enabled: () => session.signedIn,
    staleTime: 60_000,
  })
  watch(query.data, (person) => (session.person = person ?? null), { immediate: true })
  return query
}

export function useSettings() {
  const session = useSession()
  const query = useQuery({
    queryKey: ['me', 'settings'],
    queryFn: () => take(api.GET('/v1/me/settings')),
    enabled: () => session.signedIn,
    staleTime: 60_000,
  })
  watch(query.data, (settings) => settings && (theme.value = settings.theme))
  return query
}

/** Chooses how the console looks, here at once and for the person's other browsers. */
export async function chooseTheme(choice: ThemeChoice): Promise<void> {
  theme.value = choice
  const settings = await take(api.PATCH('/v1/me/settings', { body: { theme: choice } }))
  queries.setQueryData(['me', 'settings'], settings)
}

/** Takes the token of a mailed link out of the address, so that it does not stay in the history. */
export function takeToken(router: Router): string | null {
  const query = new URLSearchParams(location.search)
  const fragment = new URLSearchParams(location.hash.slice(1))
  const token = fragment.get('token') ?? query.get('token')
  if (token !== null) void router.replace({ path: location.pathname })
  return token
}
