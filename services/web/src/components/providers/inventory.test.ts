// The inventory says which file mounts which stream; the files must agree, and no other may.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { handlersOf } from '@/components/providers/live-table'
import { STREAMS } from '@/generated/inventory'

const src = fileURLToPath(new URL('../..', import.meta.url))
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !/\.test\.|routeTree/.test(file))
const read = (file: string): string => readFileSync(join(src, file), 'utf8')
const mounting = (stream: string): string[] => sources.filter((file) => read(file).includes(`usePageStream('${stream}',`))

describe.each(Object.entries(STREAMS))('%s', (name, stream) => {
  test('it is mounted where the inventory says', () => {
    const provider = relative(src, join(src, 'components/providers/event-stream-provider.tsx'))
    const found = stream.mount === 'root' ? [...mounting(name), provider] : mounting(name)
    expect(found.sort()).toEqual([...stream.mountedBy].sort())
  })

  test('each of its types changes something', () => {
    stream.types.forEach((type) => {
      expect(handlersOf(type), type).not.toHaveLength(0)
    })
  })

  test('each of its cache targets is the beginning of a key', () => {
    const factories = sources.filter((file) => file.endsWith('/api.ts')).map(read).join('\n')
    stream.cacheTargets.forEach((target) => {
      expect(factories).toContain(`queryKey: ['${target}'`)
    })
  })
})

test('the root layout mounts the provider', () => {
  expect(read('routes/__root.tsx')).toContain('<EventStreamProvider>')
})
