import { expect, test } from 'vitest'
import { argumentsPreview, presetsOf, readArguments } from '@/features/jobs/arguments'

test.each([
  ['', 'Nothing is written here. No arguments are written {}.'],
  ['[1]', 'This is a list; arguments have names: {"name": …}.'],
  ['null', 'This is null; arguments have names: {"name": …}.'],
  ['"a"', 'This is a text; arguments have names: {"name": …}.'],
  ["{'id': 1}", 'Line 1, column 2: texts and names stand in double quotes.'],
  ['{id: 1}', 'Line 1, column 2: names stand in double quotes.'],
  ['{\n  "on": True\n}', 'Line 2, column 9: JSON writes True as true.'],
  ['{\n  "id": 1,\n}', 'Line 3, column 1: there is a comma too many before it.'],
  ['{"id": "a', 'Line 1, column 8: this text does not end, or has a line break or a lone backslash in it.'],
  ['{\n  "id": 1\n  "b": 2\n}', 'Line 3, column 3: a comma or a colon is missing before it.'],
])('of %j it is said what is wrong, and where', (text, problem) => {
  expect(readArguments(text).problem).toBe(problem)
})

test.each(['{"id": 1', '{"id":', '{'])('%j ends too early', (text) => {
  expect(readArguments(text).problem).toMatch(/ends too early/)
})

test('an object is taken as it is', () => {
  expect(readArguments(' {"id": 1} ')).toEqual({ value: { id: 1 }, problem: null })
})

test('a line of arguments has the first that are no lists or objects, long ones cut', () => {
  expect(argumentsPreview({ id: 42, tags: ['a'], name: 'x'.repeat(40), none: null, on: true, more: 1 })).toBe(`id: 42, name: ${'x'.repeat(31)}…, none: null, on: true`)
  expect(argumentsPreview({ tags: [] })).toBeNull()
  expect(argumentsPreview(null)).toBeNull()
  expect(argumentsPreview({ event: { order: 42, lines: [1] } })).toBe('order: 42')
  expect(argumentsPreview({ event: { order: 42 }, copies: 2 })).toBe('copies: 2')
})

test('presets are the newest five that differ', () => {
  const given = [1, 1, 2, 3, 2, 4, 5, 6].map((id) => ({ kwargs: { id } }))
  expect(presetsOf([{ kwargs: null }, { kwargs: {} }, ...given])).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }, { id: 5 }])
})
