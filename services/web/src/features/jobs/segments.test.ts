import { expect, test } from 'vitest'
import type { Attempt } from '@/features/jobs/api'
import { runsOf, segmentsOf } from '@/features/jobs/segments'
import { aJob } from '@/features/jobs/testing'

const START = Date.parse('2026-01-01T10:00:00.000Z')
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString()
const drawn = (...args: Parameters<typeof segmentsOf>): string[] =>
  segmentsOf(...args).map((one) => `${one.kind} ${String((one.from - START) / 1000)}–${String((one.to - START) / 1000)}${one.outcome ? ` ${one.outcome}` : ''}${one.isOpen ? ' …' : ''}`)

const anAttempt = (attempt: number, started: number, ended: number | null, outcome: string | null, wait = 0): Attempt => ({
  attempt,
  worker_id: 'w-1',
  started_at: at(started),
  ended_at: ended === null ? null : at(ended),
  outcome,
  queue_wait_ms: wait * 1000,
  duration_ms: ended === null ? null : (ended - started) * 1000,
  error: null,
  error_type: null,
  error_fingerprint: null,
  reason: null,
  progress_log: [],
  traceback: null,
  has_locals: false,
  locals: null,
  pod: null,
  version: null,
})

test('a job that waits is queued until now', () => {
  expect(drawn(aJob(), null, START + 3000)).toEqual(['queued 0–3 …'])
})

test('a job scheduled for later waits for its time, then for a worker', () => {
  expect(drawn(aJob({ status: 'pending', scheduled_at: at(60) }), null, START + 3000)).toEqual(['scheduled 0–3 …'])
  expect(drawn(aJob({ status: 'queued', scheduled_at: at(2) }), null, START + 3000)).toEqual(['scheduled 0–2', 'queued 2–3 …'])
})

test('every attempt, and the waits between them', () => {
  const job = aJob({ status: 'complete', attempts: 2, started_at: at(8), queue_wait_ms: 1000, duration_ms: 2000, completed_at: at(10) })
  const attempts = [anAttempt(1, 1, 3, 'failure', 1), anAttempt(2, 8, 10, 'success', 1)]
  expect(drawn(job, attempts, START + 60_000)).toEqual(['queued 0–1', 'running 1–3 failure', 'retry-wait 3–7', 'queued 7–8', 'running 8–10 success'])
})

test('without its attempts, what came before the newest is one stretch', () => {
  const job = aJob({ status: 'active', attempts: 3, started_at: at(8), queue_wait_ms: 1000 })
  expect(drawn(job, null, START + 9000)).toEqual(['earlier 0–7', 'queued 7–8', 'running 8–9 …'])
})

test('a retry that waits is open', () => {
  const job = aJob({ status: 'retrying', attempts: 1, started_at: at(1), queue_wait_ms: 1000, duration_ms: 1000 })
  expect(drawn(job, [anAttempt(1, 1, 2, 'failure', 1)], START + 5000)).toEqual(['queued 0–1', 'running 1–2 failure', 'retry-wait 2–5 …'])
})

test('an event that moved the row is drawn before the attempts are read again', () => {
  const job = aJob({ status: 'active', attempts: 2, started_at: at(8), queue_wait_ms: 0 })
  expect(runsOf(job, [anAttempt(1, 1, 2, 'failure')]).map((run) => [run.attempt, run.endedAt === null])).toEqual([
    [1, false],
    [2, true],
  ])
})
