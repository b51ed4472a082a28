import { expect, test } from 'vitest'
import { FunctionLink } from '@/features/jobs/function-link'
import { aJob } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

test('the name of what a job runs leads to its function', () => {
  const text = drawnAt('/jobs/job_1', <FunctionLink job={aJob({ function: 'shop.resize', function_name: 'Resize' })} isQuiet />)
  expect(text).toContain('href="/functions/shop.resize"')
  expect(text).toContain('Resize')
})
