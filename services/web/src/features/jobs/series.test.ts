import { expect, test } from 'vitest'
import { jobsOfError } from '@/features/jobs/series'

test('the list behind a group is of its function, of what failed, and of exactly its kind', () => {
  expect(jobsOfError({ function: 'shop.resize', fingerprint: '0123456789abcdef' })).toEqual({ function: 'shop.resize', status: ['failed'], fingerprint: '0123456789abcdef' })
})

test('a group of all other kinds leads to the failures of its function', () => {
  expect(jobsOfError({ function: 'shop.resize', fingerprint: '0000000000000000' })).toEqual({ function: 'shop.resize', status: ['failed'] })
})
