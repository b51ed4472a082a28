import { expect, test } from 'vitest'
import { nextSort, sorted, sortOrder } from '@/lib/sorting'

const values = (rows: (number | null)[], isDescending: boolean) => sorted(rows, (row) => row, isDescending)

test('what is not known comes last in either order', () => {
  expect(values([2, null, 1, 3], false)).toEqual([1, 2, 3, null])
  expect(values([2, null, 1, 3], true)).toEqual([3, 2, 1, null])
})

test('a number is first asked for its most, a name for its first, and then the other way round', () => {
  expect(nextSort('name', 'p95', false)).toBe('-p95')
  expect(nextSort('-p95', 'p95', false)).toBe('p95')
  expect(nextSort('-p95', 'name', true)).toBe('name')
  expect(sortOrder('-p95')).toEqual({ key: 'p95', isDescending: true })
})
