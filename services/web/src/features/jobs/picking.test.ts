import { expect, test } from 'vitest'
import { between } from '@/features/jobs/picking'

const shown = ['e', 'd', 'c', 'b', 'a']

test('a range has both its ends, whichever was picked first', () => {
  expect(between(shown, 'd', 'b')).toEqual(['d', 'c', 'b'])
  expect(between(shown, 'b', 'd')).toEqual(['d', 'c', 'b'])
})

test('from nothing, or from what has gone, there is one', () => {
  expect(between(shown, null, 'b')).toEqual(['b'])
  expect(between(shown, 'z', 'b')).toEqual(['b'])
})
