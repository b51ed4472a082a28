import { expect, test } from 'vitest'
import { LIVE, spanSearch } from '@/lib/range'
import { builtIn, readViews, spelled, viewedBy, withoutView, withView, type View } from '@/features/jobs/views'

const slow: View = { name: 'Slow', search: { ...LIVE, min_duration_ms: 5000 } }

test('an address is a view whatever else it says, and in whatever order', () => {
  expect(spelled(viewedBy({ job: 'job_1', columns: 'job', cursor: 'x', status: ['failed', 'active'], q: 'a' }))).toBe(spelled({ q: 'a', status: ['active', 'failed'] }))
  expect(spelled(viewedBy({ range: '1h', tables: true }))).toBe(spelled(spanSearch('1h')))
  expect(spelled(viewedBy({ range: '1h' }))).not.toBe(spelled(viewedBy({})))
  expect(spelled(viewedBy({ min_duration_ms: 5000 }))).toBe(spelled(slow.search))
  expect(spelled(viewedBy({ not_tag: ['b', 'a'], min_attempts: 2, max_wait: 1 }))).toBe(spelled({ min_attempts: 2, not_tag: ['a', 'b'] }))
  expect(viewedBy({ min_attempts: 1.5, tag: 'nightly', not_function: Array<string>(11).fill('a') })).toEqual({})
})

test('what is kept is read again; a view of live leaves the range of the page before it', () => {
  const views = withView([], slow)
  expect(readViews(JSON.stringify(views))).toEqual(views)
  expect(Object.keys(readViews(JSON.stringify(views))[0]?.search ?? {})).toEqual(expect.arrayContaining(['range', 'after', 'before']))
})

test.each([null, '', '{', '[1]', '[{"name":"","search":{}}]', '{"name":"a"}'])('%s is no view', (text) => {
  expect(readViews(text)).toEqual([])
})

test('of a view what cannot be read is as if it were not there', () => {
  expect(readViews('[{"name":"a","search":{"status":"soon","q":"x","colour":1}}]')).toEqual([{ name: 'a', search: { ...LIVE, q: 'x' } }])
})

test('a name is one view, and goes by its name', () => {
  const other: View = { name: 'Slow', search: { ...LIVE, q: 'x' } }
  expect(withView(withView([], slow), other)).toEqual([other])
  expect(withoutView([slow, { ...other, name: 'Other' }], 'Slow')).toEqual([{ ...other, name: 'Other' }])
})

test('today is one address all day long, and another the day after', () => {
  const today = (at: number): string => spelled(viewedBy(builtIn(at).find(({ name }) => name === 'Today')?.search))
  const noon = new Date(2026, 2, 1, 12).getTime()
  expect(today(noon + 11 * 3_600_000)).toBe(today(noon))
  expect(today(noon + 12 * 3_600_000)).not.toBe(today(noon))
})

test('parents only are those that enqueued others, which the view says', () => {
  const parents = builtIn(0).find(({ name }) => name === 'Parents only')
  expect([parents?.search.has_children, parents?.note]).toEqual([true, 'Jobs that enqueued others, wherever in a tree'])
})
