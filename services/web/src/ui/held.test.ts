import { expect, test } from 'vitest'
import { inPlace, newOf } from '@/ui/held'

const keyOf = (row: { id: number }): string => String(row.id)

test('held rows stay where they are and still change in place', () => {
  const held = [{ id: 2, state: 'active' }, { id: 1, state: 'active' }]
  const rows = [{ id: 3, state: 'queued' }, { id: 2, state: 'complete' }]
  expect(inPlace(held, rows, keyOf)).toEqual([{ id: 2, state: 'complete' }, { id: 1, state: 'active' }])
  expect(newOf(held, rows, keyOf)).toBe(1)
})
