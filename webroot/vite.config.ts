import { fileURLToPath } from 'node:url'
import tailwind from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = process.env.VERTEBRA_URL ?? 'http://localhost:8080'

export default defineConfig({
  plugins: [vue(), tailwind()],
  resolve: { alias: { '@vertebra/live': here('./src/live/index.ts'), '@': here('./src') } },
  build: {
    target: 'es2022',
    // A data: URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    // The preload helper is not needed by browsers of this target.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: { console: here('./index.html'), docs: here('./docs.html') } },
  },
  server: {
    proxy: {
      '/v1': { target: server, ws: true },
      '/health': { target: server },
      '/openapi.json': { target: server },
    },
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0])
