import { expect, test } from 'vitest'
import { argumentColumn, argumentsIn, MOST_ARGUMENTS, readColumns, spellColumns, usualColumns, withColumn } from '@/features/jobs/column-choice'

const USUAL_COLUMNS = usualColumns(false)

test('columns stand in their own order, with the job, whatever the address says', () => {
  expect(readColumns('error,status,nonsense')).toEqual(['status', 'job', 'error'])
})

test('an address that names no column says nothing', () => {
  expect(readColumns(undefined)).toBeNull()
  expect(readColumns('')).toBeNull()
  expect(readColumns('nonsense')).toBeNull()
})

test('the usual columns are not spelled, any others are, and read back', () => {
  expect(spellColumns(USUAL_COLUMNS, USUAL_COLUMNS)).toBeUndefined()
  // Where there is room for more, these are a choice.
  expect(spellColumns(USUAL_COLUMNS, usualColumns(true))).toBe(USUAL_COLUMNS.join(','))
  const others = withColumn(withColumn(USUAL_COLUMNS, 'args', true), 'wait', false)
  expect(spellColumns(others, USUAL_COLUMNS)).toBe('status,function,job,args,attempt,duration,worker,created')
  expect(readColumns(spellColumns(others, USUAL_COLUMNS))).toEqual(others)
})

test('a column taken away and put back is where it was', () => {
  expect(withColumn(withColumn(USUAL_COLUMNS, 'status', false), 'status', true)).toEqual(USUAL_COLUMNS)
})

test('arguments are columns behind the others’ preview, as they were said, each once and so many', () => {
  expect(readColumns('created,arg.order.id,status,arg.note,arg.order.id,arg.,arg.a b')).toEqual(['status', 'job', 'arg.order.id', 'arg.note', 'created'])
  expect(readColumns('arg.note')).toEqual(['job', 'arg.note'])
  const many = Array.from({ length: 9 }, (_, n) => argumentColumn(`a${String(n)}`)).reduce((columns, key) => withColumn(columns, key, true), USUAL_COLUMNS)
  expect(argumentsIn(many)).toHaveLength(MOST_ARGUMENTS)
  expect(withColumn(withColumn(USUAL_COLUMNS, 'arg.n', true), 'arg.n', false)).toEqual(USUAL_COLUMNS)
})

test('with room for it the list says what each was given and where it came from', () => {
  expect(usualColumns(true).filter((key) => !USUAL_COLUMNS.includes(key))).toEqual(['args', 'trigger'])
})
