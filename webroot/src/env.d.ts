/// <reference types="vite/client" />
import 'vue-router'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** Reachable without a session. */
    open?: boolean
    operator?: boolean
  }
}
