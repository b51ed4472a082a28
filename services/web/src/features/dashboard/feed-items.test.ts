import { expect, test } from 'vitest'
import { itemOfJob, itemOfJobEvent } from '@/features/dashboard/feed-items'
import { aJob, completed, jobId, queued } from '@/features/jobs/testing'

test('a state read and the event that brought it are one item', () => {
  const event = completed(3)
  const row = aJob({ status: 'complete', seq: 3, completed_at: event.at, duration_ms: event.duration_ms })
  expect(itemOfJob(row)).toEqual({ ...itemOfJobEvent(event), subject: 'Resize' })
  expect(itemOfJob(aJob({ created_at: queued().at }))?.id).toBe(itemOfJobEvent(queued()).id)
})

test('a job whose row does not say since when it is as it is, is left out', () => {
  expect(itemOfJob(aJob({ status: 'retrying', attempts: 1 }))).toBeNull()
  expect(itemOfJob(aJob({ status: 'queued', attempts: 1 }))).toBeNull()
  expect(itemOfJob(aJob({ id: jobId(2), status: 'pending' }))).toBeNull()
})
