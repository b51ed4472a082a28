import { expect, test } from 'vitest'
import { TreeJobs } from '@/features/jobs/tree-jobs'
import { drawnAt } from '@/ui/testing'

test('the number of a tree’s jobs leads to them, of whatever time they are', () => {
  const text = drawnAt('/jobs/job_2?range=1h', <TreeJobs rootId="job_1" total={1204} />)
  expect(text).toContain('href="/jobs?root_id=job_1"')
  expect(text).toContain('1,204 jobs')
})

test('of a job alone, and before it is known, nothing is said', () => {
  expect(drawnAt('/jobs/job_1', <TreeJobs rootId="job_1" total={1} />)).toBe('')
  expect(drawnAt('/jobs/job_1', <TreeJobs rootId="job_1" total={null} />)).toBe('')
})
