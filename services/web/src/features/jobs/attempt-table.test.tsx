import { expect, test } from 'vitest'
import type { Attempt } from '@/features/jobs/api'
import { AttemptTable } from '@/features/jobs/attempt-table'
import { drawnAt } from '@/ui/testing'

const anAttempt = (attempt: number): Attempt => ({
  attempt,
  worker_id: 'shop-1',
  pod: null,
  version: null,
  started_at: '2026-01-01T10:00:00Z',
  ended_at: '2026-01-01T10:00:01Z',
  outcome: 'failure',
  queue_wait_ms: 3,
  duration_ms: 1000,
  error: 'no answer',
  error_type: 'TimeoutError',
  error_fingerprint: null,
  traceback: null,
  reason: null,
})

test('each attempt leads to its own log, whatever the log was narrowed by before', () => {
  const text = drawnAt('/jobs/job_1?tab=attempts&find=x&level=error&t=1..2', <AttemptTable attempts={[anAttempt(1), anAttempt(2)]} />)
  const logs = [...text.matchAll(/aria-label="Log of attempt (\d)"[^>]*href="[^?]*([^"]*)"/g)].map(([, attempt, search]) => [attempt, search?.replaceAll('&amp;', '&')])
  expect(logs).toEqual([
    ['1', '?tab=logs&t=1..2&attempt=1'],
    ['2', '?tab=logs&t=1..2&attempt=2'],
  ])
})
