import { defineConfig } from 'vitest/config'

// vitest itself sets BASE_URL for the tests, so that it has to be handed on under another name.
const server = process.env.BASE_URL ?? 'http://localhost:8080'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.e2e.ts'],
    environment: 'node',
    env: { VERTEBRA_URL: server.replace(/\/$/, '') },
    // One server and one story: what a test makes, the next one uses.
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    bail: 1,
  },
})
