import { expect, test } from 'vitest'
import type { Attempt } from '@/features/jobs/api'
import { errorDifference, lengthDifference, pairOf, tracebackDifference } from '@/features/jobs/attempt-comparison'

const anAttempt = (attempt: number, change: Partial<Attempt> = {}): Attempt => ({
  attempt,
  worker_id: 'w-1',
  started_at: '2026-01-01T10:00:00.000Z',
  ended_at: null,
  outcome: 'failure',
  queue_wait_ms: 10,
  duration_ms: 100,
  error: null,
  progress_log: [],
  error_type: null,
  error_fingerprint: null,
  traceback: null, has_locals: false, locals: null,
  pod: null,
  version: null,
  reason: null,
  ...change,
})

test('the newest two are compared, unless two others are asked for that there are', () => {
  const attempts = [1, 2, 3].map((n) => anAttempt(n))
  const numbers = (asked?: number[]): number[] | undefined => pairOf(attempts, asked)?.map(({ attempt }) => attempt)
  expect(numbers()).toEqual([2, 3])
  expect(numbers([3, 1])).toEqual([3, 1])
  expect(numbers([1, 9])).toEqual([2, 3])
  expect(pairOf(attempts.slice(0, 1), undefined)).toBeNull()
})

test('a length differs by how much, and how many times where that is many', () => {
  expect(lengthDifference(100, 150)).toBe('+50 ms')
  expect(lengthDifference(900, 300)).toBe('−600 ms, ×3.0 shorter')
  expect(lengthDifference(100, 100)).toBe('the same')
  expect(lengthDifference(null, 100)).toBe('–')
})

test('errors are told apart by their kind', () => {
  const gone = anAttempt(1, { error: 'order 1 is gone', error_fingerprint: 'a' })
  expect(errorDifference(gone, anAttempt(2, { error: 'order 2 is gone', error_fingerprint: 'a' }))).toBe('the same kind')
  expect(errorDifference(gone, anAttempt(2, { error: 'no paper', error_fingerprint: 'b' }))).toBe('another error')
  expect(errorDifference(gone, anAttempt(2))).toBe('no error any more')
  expect(errorDifference(anAttempt(1), gone)).toBe('an error now')
})

test('a traceback is compared where both have one, and it may be read', () => {
  const gone = anAttempt(1, { traceback: 'Traceback\nE: 1' })
  expect(tracebackDifference(gone, anAttempt(2, { traceback: 'Traceback\nE: 1' }))).toBe('the same')
  expect(tracebackDifference(gone, anAttempt(2, { traceback: 'Traceback\nE: 2' }))).toBe('as below')
  expect(tracebackDifference(gone, anAttempt(2, { traceback: null }))).toBe('–')
})
