import { expect, test } from 'vitest'
import { isArgumentPath, pathsOf, scalarText, valueAt } from '@/features/jobs/argument-path'

const kwargs = { order: { id: 42, lines: [{ sku: 'a' }] }, note: '', größe: true, none: null }

test.each([
  ['order.id', 42],
  ['order.lines.0.sku', 'a'],
  ['größe', true],
  ['order.toString', undefined],
  ['order.lines.1.sku', undefined],
  ['order.lines.length', undefined],
  ['note.length', undefined],
])('at %s is %j', (path, value) => {
  expect(valueAt(kwargs, path)).toBe(value)
})

test('one value is a text as it is searched for; several, and none, are not', () => {
  expect([42, true, 'a b', '', null, undefined, {}, []].map(scalarText)).toEqual(['42', 'true', 'a b', null, null, null, null, null])
})

test('a path is of names, and of a bounded length', () => {
  expect(['order.id', 'lines.0.sku', '_a', 'größe'].every(isArgumentPath)).toBe(true)
  expect(['', '0.a', 'a..b', 'a b', 'a,b', 'a.', 'a'.repeat(65)].some(isArgumentPath)).toBe(false)
})

test('paths lead to single values, the shortest first', () => {
  expect(pathsOf([{ kwargs: { b: { c: 1, 'd e': 2 }, a: true, l: [1], n: null, deep: { er: { and: { deeper: 1 } } } } }, { kwargs: null }])).toEqual(['a', 'b.c'])
})
