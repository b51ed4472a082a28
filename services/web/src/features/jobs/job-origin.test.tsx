import { expect, test } from 'vitest'
import type { JobDetail } from '@/features/jobs/api'
import { JobOrigin } from '@/features/jobs/job-origin'
import { aJobDetail } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

const byEvent = { event_id: 'evt_1', event_type: 'order.paid' }

const words = (change: Partial<JobDetail>, cameFrom: string | null = null): string =>
  drawnAt('/jobs/job_1', <JobOrigin job={aJobDetail(change)} cameFrom={cameFrom} place={null} />)
    .replace(/.*job-came-from">/, '')
    .replace(/<[^>]*>/g, '')

test('a job says who made it: a client, an event with a door to all it made, both where it was emitted inside a job', () => {
  expect(words({ source: { type: 'api' } })).toBe('enqueued by a client')
  expect(words({ source: { type: 'event' } })).toBe('by an event')
  expect(words({ source: { type: 'event', ...byEvent } })).toBe('by event order.paid')
  expect(words({ source: { type: 'event', ...byEvent }, parent_id: 'job_p' })).toBe('child of job_p, by event order.paid')
  expect(words({ source: { type: 'retry', ...byEvent } })).toBe('run by hand, of event order.paid')
  expect(drawnAt('/jobs/job_1', <JobOrigin job={aJobDetail({ source: { type: 'event', ...byEvent } })} cameFrom={null} place={null} />)).toContain('href="/jobs?idempotency_key=evt_1"')
})

test('of a request only the event is said beside it', () => {
  expect(words({ source: { type: 'api' } }, 'POST /checkout')).toBe('POST /checkout')
  expect(words({ source: { type: 'event', ...byEvent } }, 'POST /payments')).toBe('by event order.paidPOST /payments')
})
