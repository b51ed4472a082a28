import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Batch } from '@/lib/stream/batch'

let time = 0
let frames: (() => void)[]
let applied: number[]
let announced: number
let overflows: number

const aBatch = (costMs = 0, limit = 1000): Batch<number> =>
  new Batch({
    intervalMs: 100,
    budgetMs: 8,
    limit,
    apply: (item) => {
      applied.push(item)
      time += costMs
    },
    together: (work) => {
      announced += 1
      work()
    },
    onOverflow: () => (overflows += 1),
    frame: (run) => {
      frames.push(run)
      return () => (frames = frames.filter((one) => one !== run))
    },
    now: () => time,
  })

const frame = (): void => frames.shift()?.()

beforeEach(() => {
  vi.useFakeTimers()
  frames = []
  applied = []
  announced = overflows = time = 0
})
afterEach(() => vi.useRealTimers())

test('events that come together are applied together, in one frame and in order', () => {
  const batch = aBatch()
  for (let n = 0; n < 20; n += 1) batch.add(n)
  vi.advanceTimersByTime(100)
  expect(applied).toEqual([])
  frame()
  expect(applied).toEqual(Array.from({ length: 20 }, (_, n) => n))
  expect([announced, frames.length]).toEqual([1, 0])
})

test('a frame works no longer than its budget; the rest waits for the next', () => {
  const batch = aBatch(1)
  for (let n = 0; n < 50; n += 1) batch.add(n)
  vi.advanceTimersByTime(100)
  frame()
  expect(applied).toHaveLength(16)
  frame()
  frame()
  frame()
  expect(applied).toEqual(Array.from({ length: 50 }, (_, n) => n))
  expect(frames).toHaveLength(0)
})

test('a frame applies no more than can be drawn, however quickly', () => {
  const batch = aBatch()
  for (let n = 0; n < 60; n += 1) batch.add(n)
  vi.advanceTimersByTime(100)
  frame()
  expect(applied).toHaveLength(24)
  frame()
  frame()
  expect(applied).toEqual(Array.from({ length: 60 }, (_, n) => n))
})

test('who is behind applies more in a frame, up to what is drawn in one', () => {
  const batch = aBatch(0, 5000)
  for (let n = 0; n < 480; n += 1) batch.add(n)
  vi.advanceTimersByTime(100)
  frame()
  expect(applied).toHaveLength(60)
  for (let n = 0; n < 4000; n += 1) batch.add(n)
  frame()
  expect(applied).toHaveLength(160)
})

test('more than its limit is given up, and said', () => {
  const batch = aBatch(0, 10)
  for (let n = 0; n < 12; n += 1) batch.add(n)
  vi.advanceTimersByTime(100)
  frame()
  expect([applied, overflows]).toEqual([[10, 11], 1])
})

test('what is cleared is not applied', () => {
  const batch = aBatch()
  batch.add(1)
  vi.advanceTimersByTime(100)
  batch.clear()
  frame()
  expect(applied).toEqual([])
})
