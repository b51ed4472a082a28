import { expect, test } from 'vitest'
import { activityText, outcomePaths } from '@/features/functions/hour-bars'
import type { FunctionActivityOut } from '@/generated/rest'

const activity = (change: Partial<FunctionActivityOut>): FunctionActivityOut => ({ complete: [0, 0], failed: [0, 0], retrying: [0, 0], cancelled: [0, 0], ...change })

test('what failed stands on what completed, and the highest hour fills the height', () => {
  expect(outcomePaths(activity({ complete: [2, 1], failed: [2, 0] }))).toEqual([
    { outcome: 'complete', path: 'M0 20.0h3V10.0h-3zM4 20.0h3V15.0h-3z' },
    { outcome: 'failed', path: 'M0 10.0h3V0.0h-3z' },
  ])
})

test('one failure among thousands is seen, in its own hour and on top of a full one', () => {
  const [, failed] = outcomePaths(activity({ complete: [5000, 0], failed: [1, 1] }))
  expect(failed?.path).toBe('M0 1.0h3V0.0h-3zM4 20.0h3V19.0h-3z')
})

test('the bars in words: what came of how many, in how many hours', () => {
  expect(activityText(activity({ complete: [1000, 234], failed: [0, 12] }))).toBe('1,234 complete, 12 failed in 24 hours, in 2 of them')
  expect(activityText(undefined)).toBe('nothing in 24 hours')
})
