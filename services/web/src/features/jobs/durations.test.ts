import { expect, test } from 'vitest'
import { jobsOfDuration } from '@/features/jobs/durations'

test.each([
  [{ least: 0, below: 1, count: 1 }, { below_duration_ms: 1 }],
  [{ least: 500, below: 1000, count: 1 }, { min_duration_ms: 500, below_duration_ms: 1000 }],
  [{ least: 86_400_000, below: null, count: 1 }, { min_duration_ms: 86_400_000 }],
])('a class leads to the jobs it counted: %o', (one, ends) => {
  expect(jobsOfDuration(one)).toEqual({ status: ['complete', 'failed'], ...ends })
})
