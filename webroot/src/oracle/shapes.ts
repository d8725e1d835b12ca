/** The values of `platform/health` and `platform/metrics`, as docs/live.md describes them. */

export type State = 'healthy' | 'degraded' | 'unhealthy' | 'draining' | 'silent'

export interface Part {
  name: string
  state: State
  since: string
  detail?: string | null
}

export interface NodeHealth {
  node: string
  version: string
  since: string
  at: string
  state: State
  ready: boolean
  services: Part[]
  parts: Part[]
}

export interface PlatformHealth {
  state: State
  nodes: NodeHealth[]
}

export interface Traffic {
  rate: number
  errorRate: number
  p50: number | null
  p95: number | null
  p99: number | null
}

export interface NodeMetrics {
  node: string
  at: string
  seconds: number
  requests: Traffic
  operations: Array<Traffic & { group: string }>
  events: { appended: number; readers: Array<{ reader: string; lag: number; parked: number }> }
  jobs: { rate: number; failed: number }
  database: { connections: number }
  live: { connections: number; subscriptions: number; sent: number }
  memory: { heapUsed: number; heapMax: number }
  cpu: number
}

export interface PlatformMetrics {
  nodes: NodeMetrics[]
}
