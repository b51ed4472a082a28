import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FallbackPolling } from '@/lib/stream/fallback-polling'

let poll: ReturnType<typeof vi.fn<() => void>>
let fallback: FallbackPolling

beforeEach(() => {
  vi.useFakeTimers()
  poll = vi.fn<() => void>()
  fallback = new FallbackPolling({ graceMs: 15_000, intervalMs: 5000, poll })
})
afterEach(() => {
  fallback.watch(false)
  vi.useRealTimers()
})

test('it polls only after the grace, then once per interval', () => {
  fallback.watch(true)
  vi.advanceTimersByTime(14_999)
  expect(poll).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1 + 10_000)
  expect(poll).toHaveBeenCalledTimes(3)
})

test('each further failure of the same loss does not begin the grace anew', () => {
  fallback.watch(true)
  vi.advanceTimersByTime(10_000)
  fallback.watch(true)
  vi.advanceTimersByTime(5000)
  expect(poll).toHaveBeenCalledTimes(1)
})

test('it stops when the stream is healthy, and the next loss has its own grace', () => {
  fallback.watch(true)
  vi.advanceTimersByTime(15_000)
  fallback.watch(false)
  vi.advanceTimersByTime(60_000)
  expect(poll).toHaveBeenCalledTimes(1)
  fallback.watch(true)
  vi.advanceTimersByTime(14_999)
  expect(poll).toHaveBeenCalledTimes(1)
})
