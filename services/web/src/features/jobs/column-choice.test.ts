import { expect, test } from 'vitest'
import { readColumns, spellColumns, USUAL_COLUMNS, withColumn } from '@/features/jobs/column-choice'

test('columns stand in their own order, with the job, whatever the address says', () => {
  expect(readColumns('error,status,nonsense')).toEqual(['status', 'job', 'error'])
})

test('an address that names no column says nothing', () => {
  expect(readColumns(undefined)).toBeNull()
  expect(readColumns('')).toBeNull()
  expect(readColumns('nonsense')).toBeNull()
})

test('the usual columns are not spelled, any others are, and read back', () => {
  expect(spellColumns(USUAL_COLUMNS)).toBeUndefined()
  const others = withColumn(withColumn(USUAL_COLUMNS, 'args', true), 'wait', false)
  expect(spellColumns(others)).toBe('status,function,job,args,attempt,duration,worker,created')
  expect(readColumns(spellColumns(others))).toEqual(others)
})

test('a column taken away and put back is where it was', () => {
  expect(withColumn(withColumn(USUAL_COLUMNS, 'status', false), 'status', true)).toEqual(USUAL_COLUMNS)
})
