import { expect, test } from 'vitest'
import { countNew, newest } from '@/features/jobs/held-list'
import { aJob, jobId } from '@/features/jobs/testing'

test('what came since is counted, not shown; an older job that turned up late is not new', () => {
  const held = [aJob({ id: jobId(5) }), aJob({ id: jobId(3) })]
  const live = [aJob({ id: jobId(9) }), aJob({ id: jobId(8) }), aJob({ id: jobId(5) }), aJob({ id: jobId(4) })]
  expect(countNew(held, live)).toBe(2)
})

test('a held row is as new as it is known, and stays although the live list has let it go', () => {
  const held = [aJob({ id: jobId(5), seq: 2, status: 'active' }), aJob({ id: jobId(3), seq: 4, status: 'failed' })]
  const rows = newest(held, [aJob({ id: jobId(5), seq: 3, status: 'complete' })])
  expect(rows.map((job) => job.status)).toEqual(['complete', 'failed'])
})
