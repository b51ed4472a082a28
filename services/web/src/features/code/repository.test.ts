import { expect, test } from 'vitest'
import { codePlacesOf, repositoryUrl, type CodePlaces } from '@/features/code/repository'

const FORGE = 'https://git.example/acme/shop/blob/{version}/{path}#L{line}'
const PLACES: CodePlaces = { sourceUrl: FORGE, root: '/app' }
const at = (file: string, line = 41) => ({ file, line })

test.each([
  ['below the folder of the code', '/app/shop/jobs.py', 'shop/jobs.py'],
  ['relative', 'shop/jobs.py', 'shop/jobs.py'],
  ['with signs of its own', '/app/my shop/#1?.py', 'my%20shop/%231%3F.py'],
])('a file %s is found in the repository', (_, file, path) => {
  expect(repositoryUrl(PLACES, at(file), 'v1.4')).toBe(`https://git.example/acme/shop/blob/v1.4/${path}#L41`)
})

test.each([
  ['is elsewhere', '/usr/lib/x.py'],
  ['only begins alike', '/apple/x.py'],
  ['climbs out', '/app/../../../evil/shop/x.py'],
  ['climbs out, as Windows spells it', '/app/..\\..\\evil\\x.py'],
  ['is the folder', '/app/'],
  ['is no file', '/app//x.py'],
])('a file that %s is none of the repository', (_, file) => {
  expect(repositoryUrl(PLACES, at(file), 'v1.4')).toBeNull()
})

test('a folder of Windows is left out, too', () => {
  expect(repositoryUrl({ ...PLACES, root: 'C:\\shop\\' }, at('C:\\shop\\src\\jobs.py'), 'v1')).toBe('https://git.example/acme/shop/blob/v1/src/jobs.py#L41')
})

test.each([
  ['release/1.4', 'release/1.4'],
  ['registry.example:5000/acme/shop:1.4.2', '1.4.2'],
  ['a b', 'a%20b'],
])('of the version %s the line is that of %s', (version, revision) => {
  expect(repositoryUrl(PLACES, at('/app/x.py'), version)).toBe(`https://git.example/acme/shop/blob/${revision}/x.py#L41`)
})

test.each([[null], ['acme/shop@sha256:9f2c'], ['../../evil'], ['']])('of the version %s no line is known', (version) => {
  expect(repositoryUrl(PLACES, at('/app/x.py'), version)).toBeNull()
})

test('an address without a place for the version needs none', () => {
  expect(repositoryUrl({ ...PLACES, sourceUrl: 'https://git.example/?p={path}&l={line}' }, at('/app/a&b.py'), null)).toBe('https://git.example/?p=a%26b.py&l=41')
})

test.each([
  ['no settings', null],
  ['no repository', { source_url: null, source_root: '/srv' }],
  ['another scheme', { source_url: 'javascript:alert({path})' }],
  ['a host the file would say', { source_url: 'https://{path}' }],
  ['no place for the file', { source_url: 'https://git.example/acme' }],
])('%s is no template', (_, document) => {
  expect(codePlacesOf(document).sourceUrl).toBeNull()
})

test('what the installation says is taken', () => {
  expect(codePlacesOf({ trace_url: null, source_url: FORGE, source_root: '/srv' })).toEqual({ sourceUrl: FORGE, root: '/srv' })
  expect(codePlacesOf({ trace_url: null })).toEqual({ sourceUrl: null, root: '/app' })
})
