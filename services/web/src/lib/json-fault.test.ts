import { expect, test } from 'vitest'
import { firstFault } from '@/lib/json-fault'

test.each(['{}', '[1, -2.5e3, "a\\u00e9\\n", null, {"b": [true, false]}]', ' "x" '])('%s is JSON to its end', (text) => {
  expect(firstFault(text)).toBe(text.length)
  expect(() => JSON.parse(text) as unknown).not.toThrow()
})

test.each([
  ['{"a": 1,}', 8],
  ['{"a": 01}', 6],
  ['{"a" 1}', 5],
  ['[1 2]', 3],
  ['{a: 1}', 1],
  ['{"a": nul}', 6],
  ['{"a": "x\ny"}', 6],
  ['{} {}', 3],
  ['{"a": ', 6],
])('%j stops being JSON at %i', (text, at) => {
  expect(firstFault(text)).toBe(at)
  expect(() => JSON.parse(text) as unknown).toThrow()
})
