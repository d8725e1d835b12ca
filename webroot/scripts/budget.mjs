// Fails the build when the console's initial load (what index.html names, and what that imports) passes its budget.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 200
const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const html = readFileSync(`${dist}index.html`, 'utf8')
const found = new Set([...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css|svg))"/g)].map((match) => match[1]))

for (const file of found) {
  if (!file.endsWith('.js')) continue
  const code = readFileSync(dist + file, 'utf8')
  for (const match of code.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[^'"()]*?from\s*)?["']\.\/([^"']+)["']/g)) {
    found.add(`assets/${match[1]}`)
  }
}
const font = readdirSync(`${dist}assets`).find((file) => /^inter-latin-wght-normal.*\.woff2$/.test(file))
let bytes = font ? statSync(`${dist}assets/${font}`).size : 0
for (const file of found) bytes += gzipSync(readFileSync(dist + file)).length

const kb = bytes / 1024
console.log(`initial load ${kb.toFixed(1)} KB compressed (${found.size} files and the Latin font), budget ${BUDGET_KB} KB`)
if (kb > BUDGET_KB) process.exitCode = 1
