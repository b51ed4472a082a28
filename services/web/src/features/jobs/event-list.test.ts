import { expect, test } from 'vitest'
import type { JobFact } from '@/features/jobs/api'
import { moreOf } from '@/features/jobs/event-list'

const NOW = Date.parse('2026-01-01T10:00:00Z')
const aFact = (change: Partial<JobFact>): JobFact => ({
  kind: 'queued', at: '2026-01-01T10:00:00Z', seq: 1, attempt: null, worker_id: null, trigger: null, scheduled_at: null, queue_wait_ms: null,
  duration_ms: null, progress: null, error: null, error_type: null, retry_at: null, reason: null, ...change,
})

test.each<[Partial<JobFact>, string]>([
  [{ trigger: 'api' }, 'by a client'],
  [{}, 'its time to be tried again had come'],
  [{ kind: 'started', queue_wait_ms: 0 }, 'waited 0 ms'],
  [{ kind: 'progress', progress: 0.4 }, '40 %'],
  [{ kind: 'retrying', duration_ms: 100, error: 'boom', error_type: 'E', retry_at: '2026-01-01T10:00:30Z' }, 'ran 100 ms · E: boom · again in 30 s'],
  [{ kind: 'cancelled', reason: 'not needed' }, '“not needed”'],
  [{ kind: 'checkpoint' }, ''],
])('%o says beside its kind: %s', (change, text) => {
  expect(moreOf(aFact(change), NOW)).toBe(text)
})
