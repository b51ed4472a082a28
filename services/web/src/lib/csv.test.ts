import { expect, test } from 'vitest'
import { readCsv, separatorOf } from '@/lib/csv'

test.each([
  ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
  ['a;b\r\n"1;0";2', [['a', 'b'], ['1;0', '2']]],
  ['a,b\n"line\nbreak","say ""no"""', [['a', 'b'], ['line\nbreak', 'say "no"']]],
  ['a,b,\n,,', [['a', 'b', ''], ['', '', '']]],
  ['\uFEFFa\tb', [['a', 'b']]],
  ['', []],
  ['a,"never ends', [['a', '"never ends']]],
])('%j is read', (text, rows) => {
  expect(readCsv(text)).toEqual(rows)
})

test('what separates is what is most in the first line', () => {
  expect(separatorOf('a;b;c,d\n1,2,3,4,5')).toBe(';')
})
