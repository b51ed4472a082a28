import { expect, test } from 'vitest'
import { hatchPath, heldPath, hourAt, hourSearch, hoursText, hourText, partPaths, type HourPart } from '@/lib/hour-bars'

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
  expect(hoursText({ parts: parts([1000, 234], [0, 12]) })).toBe('1,234 complete, 12 failed in 24 hours, in 2 of them')
  expect(hoursText({ parts: [] })).toBe('nothing in 24 hours')
  expect(hoursText({ parts: parts([1], [0]), held: [3, 0, 1] })).toBe('1 complete in 24 hours, in 1 of them; its limit held jobs back in 2 of them')
})

test('the open hour is hatched as high as it is, and no other', () => {
  expect(hatchPath(parts([0, 1, 2], [4, 0, 0]))).toBe('M8 22.0l3-3M8 19.0l3-3M8 16.0l3-3M8 13.0l3-3')
  expect(hatchPath(parts([4, 4, 0], [0, 0, 0]))).toBe('')
  expect(hatchPath([])).toBe('')
})

test('an hour in which the limit held jobs back is striped from top to bottom, whatever ran in it, and no other', () => {
  expect(heldPath([0, 2])).toBe('M4 17.0l3 3M4 13.0l3 3M4 9.0l3 3M4 5.0l3 3M4 1.0l3 3')
  expect(heldPath([0, 0])).toBe('')
})

test('each bar is in the hour the pointer finds there, and so is what is left and right of all', () => {
  const width = 95
  for (let hour = 0; hour < 24; hour += 1) expect([hourAt((hour * 4) / width, 24), hourAt((hour * 4 + 2.9) / width, 24)], `hour ${String(hour)}`).toEqual([hour, hour])
  expect([hourAt(-0.1, 24), hourAt(1, 24)]).toEqual([0, 23])
})

test('an hour in words says its time in the reader’s zone and what was in it, the open one so far', () => {
  const today = new Date()
  const began = [new Date(today).setHours(14, 0, 0, 0), new Date(today).setHours(15, 0, 0, 0)]
  const activity = { hours: began.map((at) => new Date(at).toISOString()), parts: parts([1000, 0], [12, 0]) }
  expect(hourText(activity, 0)).toBe('14:00–15:00: 1,000 complete, 12 failed')
  expect(hourText(activity, 1)).toBe('15:00–16:00, so far: nothing')
  expect(hourText({ ...activity, held: [12, 1] }, 0)).toBe('14:00–15:00: 1,000 complete, 12 failed; its limit held jobs back in 12 minutes')
  expect(hourText({ ...activity, held: [12, 1] }, 1)).toBe('15:00–16:00, so far: nothing; its limit held jobs back in 1 minute')
})

test('an hour is the range from where the server says it began to the next', () => {
  expect(hourSearch('2026-01-31T23:00:00Z')).toEqual({ range: undefined, after: '2026-01-31T23:00:00.000Z', before: '2026-02-01T00:00:00.000Z' })
})
