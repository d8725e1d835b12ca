// Compares what the platform runs on (CycloneDX, target/bom.json) with the pinned list of advisories: a version that one
// affects must be raised, or accepted with a reason. A reason that is not needed any more is an error too.
//   node .ci/lint/advisories.mjs target/bom.json .ci/lint/advisories.json
import { readFileSync } from 'node:fs'

const [bom, list] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')))
const numbers = (version) => version.split(/[.-]/).map((part) => (/^\d+$/.test(part) ? Number(part) : 0))

function older(one, other) {
  const [a, b] = [numbers(one), numbers(other)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

const wrong = []
let compared = 0
for (const advisory of list.advisories) {
  const found = bom.components.filter(({ group, name }) => `${group}/${name}` === advisory.package)
  const affected = found.filter(({ version }) => !older(version, advisory.from) && older(version, advisory.fixed))
  compared += found.length
  for (const { version } of affected) {
    if (!advisory.accepted) {
      wrong.push(`${advisory.id}: ${advisory.package} ${version} is affected, raise it to ${advisory.fixed}. ${advisory.about}`)
    }
  }
  if (advisory.accepted && affected.length === 0) {
    wrong.push(`${advisory.id} is accepted, but nothing is affected any more: take the reason out.`)
  }
}
if (compared === 0) wrong.push('Nothing of the bill of materials is on the list: is it the right file?')
wrong.forEach((line) => console.error(line))
if (wrong.length > 0) process.exit(1)
console.log(`advisories             ${list.advisories.length} of ${list.pinned}, none unanswered`)
