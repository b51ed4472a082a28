import { expect, test } from 'vitest'
import { untilNextTry, untilText } from '@/lib/format'

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

test('what is to come is counted down, in units that are worth reading', () => {
  const until = (seconds: number): string => untilText(seconds * 1000, 0)
  const short = (seconds: number): string => untilText(seconds * 1000, 0, true)
  expect([-5, 1, 12, 59, 60, 299, 3599].map(until)).toEqual(['now', 'now', 'in 12 s', 'in 59 s', 'in 1 m', 'in 4 m', 'in 59 m'])
  expect([3600, 8040, 50_000, 86_400, 273_600].map(until)).toEqual(['in 1 h 0 m', 'in 2 h 14 m', 'in 13 h 53 m', 'in 1 d 0 h', 'in 3 d 4 h'])
  expect([299, 8040, 273_600].map(short)).toEqual(['in 4 m', 'in 2 h', 'in 3 d'])
})
