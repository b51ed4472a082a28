import { expect, test } from 'vitest'
import type { JobStatus } from '@/features/jobs/api'
import { chosenBy, JobFilters } from '@/features/jobs/job-filters'
import { drawnAt } from '@/ui/testing'

const cases: readonly [string, readonly JobStatus[], JobStatus, boolean, readonly JobStatus[]][] = [
  ['a click is only that one', [], 'failed', false, ['failed']],
  ['whatever was chosen', ['active', 'complete'], 'failed', false, ['failed']],
  ['be it among others', ['active', 'failed'], 'failed', false, ['failed']],
  ['another is all again', ['failed'], 'failed', false, []],
  ['with Shift it comes to the others', ['active'], 'failed', true, ['active', 'failed']],
  ['and leaves them', ['active', 'failed'], 'failed', true, ['active']],
  ['until none is left', ['failed'], 'failed', true, []],
]

test.each(cases)('%s', (_, chosen, status, isShift, after) => {
  expect(chosenBy(chosen, status, isShift)).toEqual(after)
})

test('every status says how it is chosen, with others or alone', () => {
  const text = drawnAt('/jobs', <JobFilters filter={{ status: ['failed'] }} counts={undefined} problem={null} onChange={() => undefined} />)
  expect(text.match(/aria-pressed="(true|false)" title="Only these, [^"]*with Shift/g)).toHaveLength(7)
  expect(text.match(/aria-pressed="true"/g)).toHaveLength(1)
})
