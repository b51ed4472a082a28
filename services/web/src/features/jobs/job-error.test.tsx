import { expect, test } from 'vitest'
import type { Attempt, JobDetail } from '@/features/jobs/api'
import { JobError, newestError } from '@/features/jobs/job-error'
import { aJobDetail, anAttempt } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

const failed: Attempt = anAttempt({ error: 'no answer', traceback: 'Traceback\nTimeoutError: no answer' })
const well: Attempt = anAttempt({ attempt: 2, outcome: 'success' })

test('the error shown, and copied, is the traceback where there is one, whatever went well later', () => {
  const text = (change: Partial<JobDetail>): string | null | undefined => newestError(aJobDetail(change)).text
  expect(text({ error: 'of the job', traceback: 'of its last attempt', attempts_log: [failed] })).toBe('of its last attempt')
  expect(text({ attempts_log: [failed, well] })).toBe(failed.traceback)
  expect(text({ error: 'of the job' })).toBe('of the job')
})

test('only a job that failed has an error to copy', () => {
  expect(drawnAt('/jobs/job_1', <JobError job={aJobDetail({ attempts_log: [failed] })} />)).toContain('aria-label="Copy error"')
  expect(drawnAt('/jobs/job_1', <JobError job={aJobDetail({ attempts_log: [well] })} />)).not.toContain('Copy error')
})
