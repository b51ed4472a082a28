import { expect, test } from 'vitest'
import { narrowest, wordsOf } from '@/features/jobs/filter-words'
import type { JobFilter } from '@/features/jobs/job-filter'

const filter: JobFilter = {
  function: 'resize',
  status: ['failed', 'retrying'],
  tag: ['nightly', 'eu'],
  not_worker_id: ['shop-1'],
  min_wait_ms: 30_000,
  q: 'refused',
}

test('each part is said, the narrowest last, and can be taken away alone', () => {
  const words = wordsOf(filter)
  expect(words.map(({ text }) => text)).toEqual([
    'Function resize',
    'Status failed or retrying',
    'Not worker shop-1',
    'Tag nightly',
    'Tag eu',
    'Waited at least 30 s',
    'Search “refused”',
  ])
  expect(words[2]?.without).toEqual({ ...filter, not_worker_id: undefined })
  expect(words[3]?.without).toEqual({ ...filter, tag: ['eu'] })
})

test.each([
  [{ min_attempts: 2 }, 'At least 2 attempts'],
  [{ max_attempts: 1 }, 'At most 1 attempt'],
  [{ max_attempts: 0 }, 'No attempt'],
  [{ min_attempts: 3, max_attempts: 3 }, '3 attempts'],
  [{ min_attempts: 2, max_attempts: 4 }, '2 to 4 attempts'],
  [{ below_wait_ms: 5000 }, 'Waited less than 5 s'],
  [{ min_wait_ms: 5000, below_wait_ms: 30_000 }, 'Waited 5 s to 30 s'],
  [{ min_duration_ms: 1, below_duration_ms: 1000 }, 'Took 1 ms to 1 s'],
  [{ not_function: ['a'] }, 'Not function a'],
  [{ not_tag: ['a'] }, 'Not tag a'],
  [{ pod: 'shop-7d' }, 'In pod shop-7d'],
  [{ version: '1.4' }, 'Version 1.4'],
  [{ idempotency_key: 'Order 7' }, 'Idempotency key Order 7'],
  [{ not_pod: ['shop-7d'] }, 'Not in pod shop-7d'],
  [{ not_version: ['1.4'] }, 'Not version 1.4'],
  [{ parent_id: 'job_1' }, 'Child of job_1'],
  [{ has_children: true }, 'With children'],
  [{ has_children: false }, 'Without children'],
  [{ argument: ['order.id:42'] }, 'Argument order.id:42'],
  [{ not_argument: ['order.id:42'] }, 'Not argument order.id:42'],
  [{ not_error: ['no answer'] }, 'Error without no answer'],
  [{ not_parent_id: ['job_1'] }, 'Not child of job_1'],
])('%j is one part, and nothing is left without it', (asked: JobFilter, text) => {
  const [only, ...others] = wordsOf(asked)
  expect([only?.text, others]).toEqual([text, []])
  expect(wordsOf(only?.without ?? asked)).toEqual([])
})

test('what is to be dropped first is the narrowest, and ids keep their case', () => {
  expect(narrowest({ function: 'a', worker_id: 'Shop-1' })).toEqual({ name: 'worker Shop-1', without: { function: 'a', worker_id: undefined } })
  expect(narrowest(filter)?.name).toBe('search “refused”')
  expect(narrowest({ status: [] })).toBeNull()
})
