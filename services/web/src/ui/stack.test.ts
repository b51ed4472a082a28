import { expect, test } from 'vitest'
import { stacked } from '@/ui/stack'

test('each column stands on those before it', () => {
  expect(
    stacked([
      [1, 0, 2],
      [3, 0, 1],
      [0, 5, 1],
    ]),
  ).toEqual([
    [1, 0, 2],
    [4, 0, 3],
    [4, 5, 4],
  ])
})
