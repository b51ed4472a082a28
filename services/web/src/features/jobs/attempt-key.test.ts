import { expect, test } from 'vitest'
import { attemptAt, attemptKey } from '@/features/jobs/attempt-key'
import { jobId } from '@/features/jobs/testing'

test('an attempt’s row is read back, and only as one of the job it is of', () => {
  const key = attemptKey(jobId(1), 12)
  expect(attemptAt(key, jobId(1))).toBe(12)
  expect(attemptAt(key, jobId(2))).toBeNull()
  for (const other of [undefined, '', jobId(1), `${jobId(1)}#`, `${jobId(1)}#x`, `${jobId(1)}/mail`, 'request']) expect(attemptAt(other, jobId(1))).toBeNull()
})
