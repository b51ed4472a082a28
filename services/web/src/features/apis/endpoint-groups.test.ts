import { expect, test } from 'vitest'
import { beginningOf, BY_PATH } from '@/features/apis/endpoint-groups'
import { NO_FIGURES } from '@/features/apis/figures'

test.each([
  [{ method: 'GET', path: '/orders/{id}/items' }, '/orders'],
  [{ method: 'POST', path: '/orders' }, '/orders'],
  [{ method: 'GET', path: '/' }, '/'],
  [{ method: '*', path: '(unmatched)' }, '(unmatched)'],
])('%j stands under %s', (endpoint, group) => {
  expect(beginningOf(endpoint)).toBe(group)
})

test('a group says how many endpoints it has, and how often they were asked', () => {
  const one = { ...NO_FIGURES, method: 'GET', path: '/a' }
  expect(BY_PATH.note([{ ...one, requests: 1200 }, one])).toBe('2 endpoints · 1,200 requests')
  expect(BY_PATH.note([{ ...one, requests: 1 }])).toBe('1 endpoint · 1 request')
})
