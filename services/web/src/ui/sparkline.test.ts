import { expect, test } from 'vitest'
import { tracePaths } from '@/ui/sparkline'

test('a gap in what is known is a gap in the line', () => {
  expect(tracePaths([1, 2, null, 3, null])).toHaveLength(2)
  expect(tracePaths([null, null])).toEqual([])
})

test('nothing but zero lies on the ground', () => {
  expect(tracePaths([0, 0])).toEqual(['M0.0 24.0h0L96.0 24.0'])
})
