import { expect, test } from 'vitest'
import { untilNextTry } from '@/lib/format'

test('the next try is counted down to, then it is now', () => {
  const at = 100_000
  expect([at - 2001, at - 2000, at - 1, at, at + 500].map((now) => untilNextTry(at, now))).toEqual([
    'trying again in 3 s',
    'trying again in 2 s',
    'trying again in 1 s',
    'trying now',
    'trying now',
  ])
  expect(untilNextTry(null, at)).toBe('trying now')
})
