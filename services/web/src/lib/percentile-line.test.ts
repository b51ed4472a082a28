import { expect, test } from 'vitest'
import { lineOf, NO_PERCENTILES, placeOf } from '@/lib/percentile-line'

test('one line holds them all, from a power of ten to another', () => {
  expect(lineOf([{ p50: 0.4, p95: 3, p99: 9 }, NO_PERCENTILES, { p50: 20, p95: 800, p99: 2400 }])).toEqual({ from: -1, to: 4 })
  expect(lineOf([{ p50: 10, p95: 10, p99: 10 }])).toEqual({ from: 1, to: 2 })
  expect(lineOf([NO_PERCENTILES])).toEqual({ from: 0, to: 1 })
})

test('ten times as long is as far again, and nothing at all has a place', () => {
  expect([placeOf(1), placeOf(10), placeOf(100)]).toEqual([0, 1, 2])
  expect(placeOf(0)).toBe(-2)
})
