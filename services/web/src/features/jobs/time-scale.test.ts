import { expect, test } from 'vitest'
import type { Segment } from '@/features/jobs/segments'
import { isOn, stretchOf, ticks, timeScale } from '@/features/jobs/time-scale'
import { roundTime } from '@/features/jobs/waterfall-axis'

const stretch = (kind: Segment['kind'], from: number, to: number): Segment => ({ kind, from, to, attempt: null, outcome: null, isOpen: false })

test('without idle time it is linear', () => {
  const scale = timeScale([stretch('running', 0, 100)])
  expect([0, 25, 100].map(scale.place)).toEqual([0, 0.25, 1])
})

test('the request it came from begins the scale, and is not idle time', () => {
  const request = stretchOf({ at: new Date(1000).toISOString(), latency_ms: 500 })
  const scale = timeScale([request, stretch('running', 1400, 2000)])
  expect([scale.from, scale.to, scale.folds]).toEqual([1000, 2000, []])
  expect(scale.place(1500)).toBe(0.5)
})

test('a long wait for a retry is folded to a sliver, and the rest keeps its proportions', () => {
  const scale = timeScale([stretch('running', 0, 100), stretch('retry-wait', 100, 10_000), stretch('running', 10_000, 10_100)])
  expect(scale.folds).toEqual([{ from: 100, to: 10_000 }])
  expect(scale.place(100)).toBeCloseTo(0.48)
  expect(scale.place(10_000)).toBeCloseTo(0.52)
  expect(scale.place(10_100)).toBeCloseTo(1)
})

test('what waits for a worker is not idle', () => {
  expect(timeScale([stretch('queued', 0, 1000), stretch('running', 1000, 1010)]).folds).toEqual([])
})

test('it need not fold', () => {
  expect(timeScale([stretch('running', 0, 1), stretch('retry-wait', 1, 100), stretch('running', 100, 101)], false).folds).toEqual([])
})

test('ticks are round, few, and never inside a fold', () => {
  expect(ticks(timeScale([stretch('running', 0, 10_000)]), 5)).toEqual([2000, 4000, 6000, 8000])
  const folded = timeScale([stretch('running', 0, 100), stretch('retry-wait', 100, 10_000), stretch('running', 10_000, 10_100)])
  expect(ticks(folded, 5).every((offset) => offset <= 100 || offset >= 10_000)).toBe(true)
})

test('a section begins and ends where it says, and its times are counted from the tree’s beginning', () => {
  const scale = timeScale([stretch('running', 1000, 11_000)], true, { from: 5500, to: 7500 })
  expect([5500, 6500, 7500, 0, 11_000].map(scale.place)).toEqual([0, 0.5, 1, 0, 1])
  expect(ticks(scale, 5)).toEqual([5000, 5500, 6000])
  expect([isOn(scale, { from: 1000, to: 5499 }), isOn(scale, { from: 1000, to: 5500 }), isOn(scale, { from: 7501, to: 8000 })]).toEqual([false, true, false])
})

test('idle time of a section is folded as that of the whole, unless there is nothing else', () => {
  const lives = [stretch('running', 0, 100), stretch('retry-wait', 100, 10_000), stretch('running', 10_000, 10_100)]
  expect(timeScale(lives, true, { from: 50, to: 10_050 }).folds).toEqual([{ from: 100, to: 10_000 }])
  const idle = timeScale(lives, true, { from: 2000, to: 4000 })
  expect([idle.folds, idle.place(3000)]).toEqual([[], 0.5])
})

test.each([
  [200, '200 ms'],
  [1500, '1.5 s'],
  [60_000, '1 m'],
  [63_200, '1 m 3.2 s'],
  [3_600_000, '1 h'],
  [3_780_000, '1 h 3 m'],
])('%i ms is written whole', (ms, text) => {
  expect(roundTime(ms)).toBe(text)
})
