import { expect, test } from 'vitest'
import { AttemptTable } from '@/features/jobs/attempt-table'
import { anAttempt } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

test('each attempt leads to its own log, whatever the log was narrowed by before', () => {
  const text = drawnAt('/jobs/job_1?tab=attempts&find=x&level=error&t=1..2', <AttemptTable attempts={[anAttempt(), anAttempt({ attempt: 2 })]} />)
  const logs = [...text.matchAll(/aria-label="Log of attempt (\d)"[^>]*href="[^?]*([^"]*)"/g)].map(([, attempt, search]) => [attempt, search?.replaceAll('&amp;', '&')])
  expect(logs).toEqual([
    ['1', '?tab=logs&t=1..2&attempt=1'],
    ['2', '?tab=logs&t=1..2&attempt=2'],
  ])
})
