import { expect, test } from 'vitest'
import { createdAtOf, isJobId, shortened } from '@/lib/names'

test('a job id says when it was made', () => {
  expect(createdAtOf('job_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('2016-07-30T23:54:10.259Z')
  expect(createdAtOf('job_nope')).toBeNull()
})

test('only job ids are job ids', () => {
  expect(isJobId('job_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe(true)
  expect(isJobId('trends')).toBe(false)
})

test('ids are shortened in the middle', () => {
  expect(shortened('job_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('job_01AR…9G5FAV')
  expect(shortened('short')).toBe('short')
})
