import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The client of the live door as a package of its own, without the console. */
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: here('./src/live/dist'),
    emptyOutDir: true,
    minify: false,
    lib: { entry: here('./src/live/index.ts'), formats: ['es'], fileName: 'index' },
  },
})
