import { expect, test } from 'vitest'
import { calledAmong, uncalledText } from '@/features/apis/called'

test('routes that nobody called are the listed ones a range does not name; until it is read, none is known', () => {
  const listed = [{ method: 'GET', path: '/' }, { method: 'GET', path: '/old' }, { method: '*', path: '(unmatched)' }]
  expect(calledAmong(listed, [{ method: 'GET', path: '/' }, { method: '*', path: '(unmatched)' }, { method: 'GET', path: '/gone' }])).toEqual([listed[0], listed[2]])
  expect(calledAmong(listed, undefined)).toBeUndefined()
})

test('it says how many, and in what time', () => {
  expect([uncalledText(1, false), uncalledText(3, true)]).toEqual(['1 route without a call in the last 24 h', '3 routes without a call in this range'])
})
