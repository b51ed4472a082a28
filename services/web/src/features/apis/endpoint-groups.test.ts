import { expect, test } from 'vitest'
import { beginningOf, GROUPED, groupingsOf } from '@/features/apis/endpoint-groups'
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
  const one = { ...NO_FIGURES, method: 'GET', path: '/a', tags: [] }
  expect(GROUPED.path.note([{ ...one, requests: 1200 }, one])).toBe('2 endpoints · 1,200 requests')
  expect(GROUPED.path.note([{ ...one, requests: 1 }])).toBe('1 endpoint · 1 request')
})

test('they are grouped by tag where any has one, the first of several; few are not grouped', () => {
  const rows = (...tags: readonly string[][]) => [...tags, ...Array.from({ length: 8 - tags.length }, () => [])].map((tags) => ({ tags }))
  expect(groupingsOf(rows(['orders', 'admin']))).toEqual(['path', 'tag'])
  expect(groupingsOf(rows())).toEqual(['path'])
  expect(groupingsOf(rows(['orders']).slice(0, 7))).toEqual([])
  const one = { ...NO_FIGURES, method: 'GET', path: '/a' }
  expect([['orders', 'admin'], []].map((tags) => GROUPED.tag.of({ ...one, tags }) || GROUPED.tag.others)).toEqual(['orders', 'Without a tag'])
})
