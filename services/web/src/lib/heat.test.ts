import { expect, test } from 'vitest'
import { cellBeside, cellsOf, darkness, mostOf } from '@/lib/heat'

const cells = cellsOf([{ at: 0, counts: [3, 0, 1] }, { at: 1, counts: [0, 0, 0] }, { at: 2, counts: [2, 9, 0] }])

test('empty cells are none', () => {
  expect(cells).toEqual([{ column: 0, row: 0, count: 3 }, { column: 0, row: 2, count: 1 }, { column: 2, row: 0, count: 2 }, { column: 2, row: 1, count: 9 }])
  expect([mostOf(cells), mostOf([])]).toEqual([9, 0])
})

test('the most is darkest, one is seen, and what is between grows by the logarithm', () => {
  expect([1, 10, 100, 1000].map((count) => darkness(count, 1000))).toEqual([14, 43, 71, 100])
  expect(darkness(1, 1)).toBe(100)
})

test('arrows go to the nearest cell, straight on before aside, and stay where there is none', () => {
  const from = (column: number, row: number, ...keys: readonly string[]) => keys.map((key) => {
    const { column: c, row: r } = cellBeside(cells, { column, row }, key) ?? {}
    return c === undefined ? null : [c, r]
  })
  expect(from(0, 0, 'ArrowRight', 'ArrowUp', 'ArrowDown', 'ArrowLeft')).toEqual([[2, 0], [0, 2], null, null])
  expect(from(2, 1, 'ArrowLeft', 'ArrowDown', 'ArrowUp')).toEqual([[0, 0], [2, 0], [0, 2]])
  expect(from(2, 0, 'Home', 'End', 'Enter')).toEqual([[0, 0], [2, 1], null])
})
