// Makes the types and the form rules of the console from docs/openapi.json: `npm run api`.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = process.argv[2] ?? `${root}../docs/openapi.json`
const document = JSON.parse(readFileSync(source, 'utf8'))

const kept = ['minLength', 'maxLength', 'pattern', 'format', 'enum', 'minimum', 'maximum']

function resolve(schema) {
  let current = schema
  while (current?.$ref) {
    current = current.$ref.split('/').slice(1).reduce((at, name) => at?.[name], document)
  }
  const variant = (current?.oneOf ?? current?.anyOf)?.find((one) => one.type !== 'null')
  return variant ? resolve(variant) : current
}

function rules(schema) {
  const body = resolve(schema)
  return Object.fromEntries(
    Object.entries(body?.properties ?? {}).map(([name, property]) => {
      const resolved = resolve(property) ?? {}
      const rule = Object.fromEntries(kept.filter((key) => key in resolved).map((key) => [key, resolved[key]]))
      return [name, { ...rule, ...(body.required?.includes(name) ? { required: true } : {}) }]
    }),
  )
}

const operations = []
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (!operation?.operationId) continue
    const content = operation.requestBody?.content ?? {}
    const media = content['application/json'] ?? Object.values(content)[0]
    operations.push({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      summary: operation.summary ?? '',
      ...(media ? { body: rules(media.schema) } : {}),
    })
  }
}
operations.sort((a, b) => (a.id < b.id ? -1 : 1))

const bodies = Object.fromEntries(operations.filter((one) => one.body).map((one) => [one.id, one.body]))
const names = operations.map(({ id, method, path, summary }) => ({ id, method, path, summary }))
writeFileSync(`${root}src/api/rules.json`, `${JSON.stringify(bodies, null, 1)}\n`)
writeFileSync(`${root}src/api/operations.json`, `${JSON.stringify(names, null, 1)}\n`)
execFileSync(`${root}node_modules/.bin/openapi-typescript`, [source, '-o', `${root}src/api/schema.d.ts`], {
  stdio: 'inherit',
})
