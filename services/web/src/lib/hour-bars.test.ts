import { expect, test } from 'vitest'
import { hoursText, partPaths, type HourPart } from '@/lib/hour-bars'

const parts = (complete: readonly number[], failed: readonly number[]): HourPart[] => [
  { name: 'complete', color: '--bar-complete', hours: complete },
  { name: 'failed', color: '--bar-failed', hours: failed },
]
const paths = (some: readonly HourPart[]): [string, string][] => partPaths(some).map(({ part, path }) => [part.name, path])

test('what failed stands on what completed, and the highest hour fills the height', () => {
  expect(paths(parts([2, 1], [2, 0]))).toEqual([
    ['complete', 'M0 20.0h3V10.0h-3zM4 20.0h3V15.0h-3z'],
    ['failed', 'M0 10.0h3V0.0h-3z'],
  ])
})

test('one failure among thousands is seen, in its own hour and on top of a full one', () => {
  const [, failed] = paths(parts([5000, 0], [1, 1]))
  expect(failed?.[1]).toBe('M0 1.0h3V0.0h-3zM4 20.0h3V19.0h-3z')
})

test('the bars in words: what came of how many, in how many hours', () => {
  expect(hoursText(parts([1000, 234], [0, 12]))).toBe('1,234 complete, 12 failed in 24 hours, in 2 of them')
  expect(hoursText([])).toBe('nothing in 24 hours')
})
