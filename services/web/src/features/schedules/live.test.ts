import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { completed, jobId, queued } from '@/features/jobs/testing'
import { scheduleQuery, type Schedule } from '@/features/schedules/api'
import { schedulesLive } from '@/features/schedules/live'
import type { JobCompleted, JobQueued } from '@/generated/payloads'
import type { LiveContext } from '@/lib/stream/live'
import { subFor } from '@/lib/stream/subs'

const schedule: Schedule = {
  function: 'resize',
  function_name: 'Resize',
  expression: '0 8 * * *',
  words: 'At 08:00 every day',
  timezone: 'UTC',
  overlap: 'skip',
  paused: false,
  next_at: '2026-01-02T08:00:00.000Z',
  next_runs: ['2026-01-02T08:00:00.000Z'],
  last_at: '2026-01-01T08:00:00.000Z',
  last_job_id: jobId(1),
  fires: [{ at: '2026-01-01T08:00:00.000Z', fired_at: '2026-01-01T08:00:00.010Z', outcome: 'enqueued', missed: 0, job_id: jobId(1), status: 'active', duration_ms: null }],
}

function isReadAgain(tell: (context: LiveContext) => void): boolean | undefined {
  const client = new QueryClient()
  const { queryKey } = scheduleQuery('resize')
  client.setQueryData(queryKey, schedule)
  tell({ client, sub: subFor('events') })
  return client.getQueryState(queryKey)?.isInvalidated
}
const isReadAgainAfterQueued = (event: JobQueued): boolean | undefined => isReadAgain((context) => schedulesLive['job.queued']?.(context, event))
const isReadAgainAfterCompleted = (event: JobCompleted): boolean | undefined => isReadAgain((context) => schedulesLive['job.completed']?.(context, event))

test('a schedule is read again when it made a job, and when something becomes of one it made', () => {
  expect(isReadAgainAfterQueued({ ...queued(1, jobId(2)), trigger: 'cron' })).toBe(true)
  expect(isReadAgainAfterCompleted(completed(3, jobId(1)))).toBe(true)
})

test('what others enqueue of its function is nothing to it', () => {
  expect(isReadAgainAfterQueued(queued(1, jobId(2)))).toBe(false)
  expect(isReadAgainAfterCompleted(completed(3, jobId(2)))).toBe(false)
  expect(isReadAgainAfterQueued({ ...queued(1, jobId(2)), function: 'other', trigger: 'cron' })).toBe(false)
})
