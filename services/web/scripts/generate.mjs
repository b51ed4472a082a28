// proto/inventory.yaml → src/generated/inventory.ts: the words the web app shares with the services;
// proto/schemas.json → src/generated/payloads.ts: the shapes of what streams send.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from 'json-schema-to-typescript'
import { parse } from 'yaml'

const proto = (name) => readFileSync(new URL(`../../../proto/${name}`, import.meta.url), 'utf8')
const generated = (name) => new URL(`../src/generated/${name}`, import.meta.url)

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

export function render(text) {
  const inventory = parse(text)
  const streams = Object.fromEntries(inventory.streams.map((s) => [s.name, stream(s)]))
  const constant = (name, value) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const\n`
  return [
    '// Generated from proto/inventory.yaml by `npm run generate`. Do not edit.\n',
    constant('API_BASE', inventory.api_base),
    constant('COMBINED_STREAM', inventory.combined),
    constant('NAME_PATTERN', inventory.name_pattern),
    constant('JOB_ID_PATTERN', inventory.job_id_pattern),
    constant('STREAMS', streams),
    constant('ROUTES', inventory.routes.map((r) => ({ prefix: r.prefix, service: r.service }))),
    'export type StreamName = keyof typeof STREAMS\n',
    "export type EventType = (typeof STREAMS)[StreamName]['types'][number]\n",
    "export type CacheTarget = (typeof STREAMS)[StreamName]['cacheTargets'][number]\n",
  ].join('\n')
}

const isPlain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Beside a `$ref` a description would make a second type of the same shape. */
function withoutRefNotes(value) {
  if (Array.isArray(value)) return value.map(withoutRefNotes)
  if (!isPlain(value)) return value
  const entries = '$ref' in value ? Object.entries(value).filter(([name]) => name === '$ref') : Object.entries(value)
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutRefNotes(inner)]))
}

export async function renderPayloads(text) {
  const { $defs } = withoutRefNotes(JSON.parse(text))
  const names = Object.keys($defs)
  const all = {
    $defs,
    description: 'Every shape, by its name.',
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }])),
    required: names,
  }
  return compile(all, 'Payloads', {
    additionalProperties: false,
    bannerComment: '// Generated from proto/schemas.json by `npm run generate`. Do not edit.',
    style: { semi: false, singleQuote: true, printWidth: 140 },
  })
}

export const generateInventory = () => render(proto('inventory.yaml'))
export const generatePayloads = () => renderPayloads(proto('schemas.json'))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(generated('inventory.ts'), generateInventory())
  writeFileSync(generated('payloads.ts'), await generatePayloads())
}
