// metrics.mjs METRICS: every metric that rules and dashboards ask for is exported by the platform, whose /metrics the
// file METRICS holds; every dashboard is well-formed. Prints what is not, and ends with 1.
import { readFileSync, readdirSync } from 'node:fs'
import { parser } from '@prometheus-io/lezer-promql'
import Ajv from 'ajv'
import { load } from 'js-yaml'

const here = new URL('.', import.meta.url)
const docker = new URL('../../docker/', here)
const text = path => readFileSync(new URL(path, docker), 'utf8')
const faults = []

const groups = ['prometheus/recording.yaml', 'prometheus/alerts.yaml'].flatMap(file => load(text(file)).groups)
const rules = groups.flatMap(group => group.rules)
const recorded = new Set(rules.flatMap(rule => rule.record ?? []))

const exported = new Set(
  readFileSync(process.argv[2], 'utf8').split('\n').filter(line => line && !line.startsWith('#'))
    .map(line => line.match(/^[\w:]+/)[0])
)
// Made by Prometheus itself.
const own = new Set(['up', 'ALERTS'])

function check(where, expression) {
  // Grafana's variables, as values that parse.
  const query = expression.replace(/\$__\w*(interval|range)\w*/g, '5m')
  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError) faults.push(`${where}: does not parse: ${expression}`)
      if (node.name !== 'VectorSelector') return
      const name = node.node.getChild('Identifier')
      const metric = name && query.slice(name.from, name.to)
      if (!metric) faults.push(`${where}: asks for no metric by name: ${expression}`)
      else if (![exported, recorded, own].some(known => known.has(metric))) {
        faults.push(`${where}: ${metric} is not exported`)
      }
    }
  })
}

for (const rule of rules) check(`rule ${rule.record ?? rule.alert}`, rule.expr)

const valid = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(new URL('dashboard.schema.json', here))))
const files = readdirSync(new URL('grafana/dashboards', docker)).filter(file => file.endsWith('.json'))
for (const file of files) {
  const dashboard = JSON.parse(text(`grafana/dashboards/${file}`))
  if (!valid(dashboard)) valid.errors.forEach(error => faults.push(`${file}${error.instancePath}: ${error.message}`))
  const panels = dashboard.panels ?? []
  if (new Set(panels.map(panel => panel.id)).size !== panels.length) faults.push(`${file}: two panels have one id`)
  for (const panel of panels.filter(each => each.datasource.type === 'prometheus')) {
    for (const target of panel.targets) check(`${file}, ${panel.title}`, target.expr)
  }
  for (const variable of dashboard.templating.list) {
    check(`${file}, variable ${variable.name}`, variable.query.replace(/^label_values\((.*),\s*\w+\)$/, '$1'))
  }
}

if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
console.log(`${rules.length} rules and ${files.length} dashboards ask for what is exported.`)
