import { LiveClient, type LiveEvent } from '@vertebra/live'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { World } from './live-world'

/** Whatever happens to the network: each event once and in order, and each change once and in order. */

type Step = { does: string; run(world: World, scene: Scene): unknown }

class Scene {
  readonly got: number[] = []
  /** Places before which events may be missing, because the client was told so. */
  readonly resets: number[] = []
  readonly submitted: string[] = []
  readonly answered: string[] = []
  slowMs = 0
  window = 8
  readonly client: LiveClient

  constructor(world: World) {
    this.client = new LiveClient({
      url: 'ws://world',
      token: async () => 'token',
      socket: () => world.connect(),
      window: this.window,
      queue: { most: 1000 },
    })
    this.client.subscribe('orgs/o/events', {
      after: '-1',
      onEvent: (event: LiveEvent) => {
        this.got.push((event.data as { n: number }).n)
        if (this.slowMs > 0) return new Promise<void>((resolve) => setTimeout(resolve, this.slowMs))
      },
      onReset: () => this.resets.push(this.got.length),
    })
  }

  submit(): void {
    const name = `change ${this.submitted.length}`
    this.submitted.push(name)
    void this.client.submit('T.Change', { name }).then((answer) => this.answered.push((answer as { name: string }).name))
  }
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const step = (does: string, run: Step['run']): Step => ({ does, run })
const times = (count: number, run: () => void) => Array.from({ length: count }, run)

const steps = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map((n) => step(`append ${n}`, (world) => times(n, () => world.append()))),
  fc.integer({ min: 0, max: 900 }).map((ms) => step(`wait ${ms}`, () => wait(ms))),
  fc.constantFrom(1006, 1001, 4401, 4413).map((code) => step(`cut ${code}`, (world) => world.cut(code))),
  fc.integer({ min: 1, max: 40 }).map((ms) => step(`delay ${ms}`, (world) => (world.delayMs = ms))),
  fc.integer({ min: 0, max: 30 }).map((ms) => step(`read in ${ms}`, (_, scene) => (scene.slowMs = ms))),
  fc.integer({ min: 1, max: 6 }).map((n) => step(`stutter ${n}`, (world) => world.stutter(n))),
  fc.integer({ min: 1, max: 3 }).map((n) => step(`busy ${n}`, (world) => (world.busy = n))),
  fc.constant(step('unreachable', (world) => (world.reachable = false))),
  fc.constant(step('reachable', (world) => (world.reachable = true))),
  fc.constant(step('submit', (_, scene) => scene.submit())),
  fc.constant(step('wake', (_, scene) => scene.client.wake())),
  fc.constant(step('forget', (world) => (world.kept = Math.max(world.kept, world.log.length - 3)))),
)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('loses nothing, doubles nothing, reorders nothing', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 60, size: 'max' }), async (script) => {
      const world = new World()
      const scene = new Scene(world)
      scene.client.connect()
      for (const one of script) await one.run(world, scene)
      world.reachable = true
      world.busy = 0
      scene.slowMs = 0
      world.append()
      await wait(120_000)
      scene.client.close()
      expect(world.faults).toEqual([])
      expect(world.effects).toEqual(scene.submitted)
      expect(scene.answered).toEqual(scene.submitted)
      expect(scene.got.at(-1)).toBe(world.log.length - 1)
      scene.got.forEach((n, index) => {
        const before = index === 0 ? -1 : (scene.got[index - 1] as number)
        if (scene.resets.includes(index)) expect(n).toBeGreaterThan(before)
        else expect(n).toBe(before + 1)
      })
    }),
    { numRuns: Number(process.env.RUNS ?? 1_000) },
  )
})
