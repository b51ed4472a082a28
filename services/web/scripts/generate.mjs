// proto/inventory.yaml → src/generated/inventory.ts: the words the web app shares with the services.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const source = fileURLToPath(new URL('../../../proto/inventory.yaml', import.meta.url))
const target = fileURLToPath(new URL('../src/generated/inventory.ts', import.meta.url))

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

export const generate = () => render(readFileSync(source, 'utf8'))

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, generate())
