// proto/inventory.yaml → src/generated/inventory.ts: the words the web app shares with the services;
// proto/schemas.json → src/generated/payloads.ts: the shapes of what streams send;
// docs/reference/openapi.json → src/generated/rest.ts: the shapes of what the API is asked and answers, by path.
// With --check nothing is written: what is not fresh is named, and it fails.
import { readFileSync, writeFileSync } from 'node:fs'
import { compile } from 'json-schema-to-typescript'
import { parse } from 'yaml'

const source = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const generated = (name) => new URL(`../src/generated/${name}`, import.meta.url)
const note = (path) => `// Generated from ${path} by \`npm run generate\`. Do not edit.`

const stream = (s) => ({
  endpoint: s.endpoint,
  types: s.types,
  scope: s.scope,
  filters: s.filters ?? [],
  snapshot: s.snapshot,
  mount: s.mount,
  mountedBy: s.mounted_by,
  uiRoutes: s.ui_routes,
  cacheTargets: s.cache_targets,
})

/** As the services name it: `JOBS_READ` of `jobs:read`. */
const constantName = (scope) => scope.replace(/\W/g, '_').toUpperCase()

function inventory(path) {
  const inventory = parse(source(path))
  const streams = Object.fromEntries(inventory.streams.map((s) => [s.name, stream(s)]))
  const constant = (name, value) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const\n`
  return [
    `${note(path)}\n`,
    constant('API_BASE', inventory.api_base),
    constant('COMBINED_STREAM', inventory.combined),
    constant('NAME_PATTERN', inventory.name_pattern),
    constant('JOB_ID_PATTERN', inventory.job_id_pattern),
    constant('STREAMS', streams),
    constant('SCOPES', Object.fromEntries([...new Set(Object.values(inventory.scopes).flat())].map((scope) => [constantName(scope), scope]))),
    constant('ROUTES', inventory.routes.map((r) => ({ prefix: r.prefix, service: r.service }))),
    'export type StreamName = keyof typeof STREAMS\n',
    "export type EventType = (typeof STREAMS)[StreamName]['types'][number]\n",
    "export type CacheTarget = (typeof STREAMS)[StreamName]['cacheTargets'][number]\n",
  ].join('\n')
}

const isPlain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A description beside a `$ref` would make a second type of the same shape, and a title one for each field. */
function simplified(value) {
  if (Array.isArray(value)) return value.map(simplified)
  if (!isPlain(value)) return value
  const kept = '$ref' in value ? [['$ref', value.$ref]] : Object.entries(value).filter(([name, inner]) => name !== 'title' || isPlain(inner))
  return Object.fromEntries(kept.map(([name, inner]) => [name, simplified(inner)]))
}

const fields = (properties, required = Object.keys(properties), rest = {}) => ({ ...rest, type: 'object', properties, required })
const references = (names, to) => Object.fromEntries(names.map((name) => [name, { $ref: `#/${to}/${name}` }]))

const typed = (schema, name, path) =>
  compile(schema, name, {
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    bannerComment: note(path),
    style: { semi: false, singleQuote: true, printWidth: 140 },
  })

function payloads(path) {
  const { $defs } = simplified(JSON.parse(source(path)))
  return typed(fields(references(Object.keys($defs), '$defs'), undefined, { $defs, description: 'Every shape, by its name.' }), 'Payloads', path)
}

const JSON_TYPE = 'application/json'
/** Of what is sent or answered as JSON; content without a shape is somebody's file. */
const shape = ({ content } = {}) => content?.[JSON_TYPE] && (content[JSON_TYPE].schema ?? { tsType: 'Blob' })

function asked(parameters, where) {
  const found = parameters.filter((one) => one.in === where)
  const required = found.filter((one) => one.required).map((one) => one.name)
  return found.length > 0 && fields(Object.fromEntries(found.map((one) => [one.name, one.schema])), required)
}

/** What an operation is asked with and answers; nothing for one whose answer says nothing, unless it is to take something away. */
function operation({ parameters = [], requestBody, responses }, method) {
  const answer = shape(responses[200] ?? responses[201]) ?? (method === 'delete' ? { type: 'null' } : null)
  if (!answer) return null
  const parts = { path: asked(parameters, 'path'), query: asked(parameters, 'query'), body: shape(requestBody), answer }
  return fields(Object.fromEntries(Object.entries(parts).filter(([, part]) => part)))
}

/** By method, then by path below the base; what these reach comes as types by name. */
function rest(path) {
  const { paths, components } = simplified(JSON.parse(source(path).replaceAll('#/components/schemas/', '#/$defs/')))
  const { api_base } = parse(source('proto/inventory.yaml'))
  const of = (method) =>
    fields(
      Object.fromEntries(
        Object.entries(paths)
          .map(([one, operations]) => [one.replace(api_base, ''), operations[method] && operation(operations[method], method)])
          .filter(([, found]) => found),
      ),
    )
  return typed(fields({ get: of('get'), post: of('post'), patch: of('patch'), delete: of('delete') }, undefined, { $defs: components.schemas, description: 'What the API is asked and answers.' }), 'Rest', path)
}

const FILES = {
  'inventory.ts': () => inventory('proto/inventory.yaml'),
  'payloads.ts': () => payloads('proto/schemas.json'),
  'rest.ts': () => rest('docs/reference/openapi.json'),
}

const isCheck = process.argv.includes('--check')
for (const [name, written] of Object.entries(FILES)) {
  const text = await written()
  if (!isCheck) writeFileSync(generated(name), text)
  else if (text !== readFileSync(generated(name), 'utf8')) {
    console.error(`src/generated/${name} is not fresh: run \`make generate\``)
    process.exitCode = 1
  }
}
