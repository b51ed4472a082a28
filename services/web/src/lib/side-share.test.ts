import { expect, test } from 'vitest'
import { LEAST_SIDE, MOST_SIDE, sideShare, USUAL_SIDE } from '@/lib/side-share'

test('neither the list nor what is beside it can be pushed away', () => {
  expect(sideShare(0)).toBe(LEAST_SIDE)
  expect(sideShare(120)).toBe(MOST_SIDE)
  expect(sideShare(41.6)).toBe(42)
})

test('what was kept and cannot be read is as if nothing was kept', () => {
  expect(sideShare(Number('wide'))).toBe(USUAL_SIDE)
})
