import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { throttled } from '@/lib/throttle'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('it runs at once, then once per interval, and the last call is never lost', () => {
  const run = vi.fn()
  const call = throttled(5000, run)
  call()
  call()
  call()
  expect(run).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(5000)
  expect(run).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(60_000)
  expect(run).toHaveBeenCalledTimes(2)
})
