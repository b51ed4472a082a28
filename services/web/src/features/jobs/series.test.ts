import { expect, test } from 'vitest'
import { commonWords, jobsOfError } from '@/features/jobs/series'

test.each([
  ['the attempt ran longer than its timeout of 2.5 s', 'the attempt ran longer than its timeout of'],
  ["no such file: '/tmp/a b' in the bucket of product 17", 'in the bucket of product'],
  ['404', undefined],
])('of “%s” all its like have %s', (message, words) => {
  expect(commonWords(message)).toBe(words)
})

test('the list behind a group is of its function and of what failed', () => {
  expect(jobsOfError({ function: 'shop.resize', message: 'out of memory' })).toEqual({ function: 'shop.resize', status: ['failed'], q: 'out of memory' })
})
