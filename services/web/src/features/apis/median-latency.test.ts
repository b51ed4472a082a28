import { expect, test } from 'vitest'
import { besideMedian, medianLatency, timesMedian } from '@/features/apis/median-latency'

const endpoints = (...all: readonly (number | null)[]) => all.map((ms) => ({ requests: ms === null ? 0 : 1, p95_latency_ms: ms }))

test('the median is that of the endpoints that have requests, of an even number the middle of two', () => {
  expect(medianLatency(endpoints(40, 10, null, 30, 20, null))).toBe(25)
  expect(medianLatency(endpoints(50, 10, 30, 20, 400))).toBe(30)
})

test('of fewer than four there is none', () => {
  expect(medianLatency(endpoints(10, 20, 900, null, null))).toBeNull()
  expect(medianLatency([])).toBeNull()
  expect(timesMedian(900, null)).toBeNull()
})

test('what takes one and a half times the median, or more, says how many', () => {
  expect([149, 150, 240, 2400, 123_456].map((ms) => timesMedian(ms, 100))).toEqual([null, '1.5×', '2.4×', '24×', '1,235×'])
  expect([timesMedian(null, 100), timesMedian(1, 0)]).toEqual([null, null])
})

test('a request says how it is beside those like it', () => {
  expect(besideMedian(340, 100)).toBe('3.4× the median, 100 ms')
  expect(besideMedian(110, 100)).toBe('median 100 ms')
  expect(besideMedian(110, null)).toBeNull()
})
