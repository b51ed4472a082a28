import { expect, test } from 'vitest'
import { LIVE, spanSearch } from '@/lib/range'
import { moveToServer } from '@/features/views/api'
import { asQuery, builtIn, readViews, savedView, spelled, viewedBy, viewShown, withoutView, withView, type View } from '@/features/views/views'
import type { ViewOut } from '@/generated/rest'
import { ApiProblem, BackendAway } from '@/lib/api-client'

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

const told = (more: Partial<ViewOut>): ViewOut => ({ id: 'view_1', name: 'Slow', query: {}, shared: false, is_yours: true, may_change: true, created_by: 'ann', created_at: '', updated_at: '', ...more })

test.each([
  { status: ['failed', 'retrying'], not_tag: ['a'], has_children: false, min_wait_ms: 0, q: 'timed out' },
  { range: '24h', function: 'resize' },
  { after: '2026-03-01T00:00:00.000Z', before: '2026-03-02T00:00:00.000Z' },
])('%j is the same list once the server has kept it', (search) => {
  const shown = viewedBy(search)
  const query: unknown = JSON.parse(JSON.stringify(asQuery(shown)))
  expect(query).toEqual(search)
  expect(spelled(savedView(told({ query: { ...search } })).search)).toBe(spelled(shown))
})

test('instants are sent in one form, and what is no range is not sent', () => {
  expect(asQuery(viewedBy({ after: '2026-03-01T01:00:00+01:00', before: '2026-03-02' }))).toMatchObject({ after: '2026-03-01T00:00:00.000Z', before: '2026-03-02T00:00:00.000Z' })
  const backwards = asQuery(viewedBy({ after: '2026-03-02', before: '2026-03-01', q: 'x' }))
  expect(JSON.parse(JSON.stringify(backwards))).toEqual({ q: 'x' })
})

test('a view whose values may not be read is not one without them', () => {
  const { isHidden, by, search } = savedView(told({ query: { argument: null, function: 'charge' }, is_yours: false }))
  expect([isHidden, by, search.argument]).toEqual([true, 'ann', undefined])
  expect(savedView(told({ query: { function: 'charge', colour: 'red' } }))).toMatchObject({ isHidden: false, by: null, search: { function: 'charge' } })
})

test('what is shown is the view that was opened while it is the same, else another that is, else the opened one, changed', () => {
  const one = savedView(told({ id: 'view_1', query: { q: 'x' } }))
  const twin = savedView(told({ id: 'view_2', query: { q: 'x' } }))
  const other = savedView(told({ id: 'view_3', query: { q: 'y' } }))
  const views = [one, twin, other]
  expect(viewShown(views, twin, { q: 'x' })).toEqual({ view: twin, isChanged: false })
  expect(viewShown(views, undefined, { q: 'x' })).toEqual({ view: one, isChanged: false })
  expect(viewShown(views, one, { q: 'y' })).toEqual({ view: other, isChanged: false })
  expect(viewShown(views, one, { q: 'z' })).toEqual({ view: one, isChanged: true })
  expect(viewShown(views, undefined, { q: 'z' })).toBeNull()
})

test('what a browser kept is sent once: what is refused stays and is not sent again, what found nobody is', async () => {
  const names = ['moved', 'refused', 'away']
  const asked: string[] = []
  const post = (name: string): Promise<unknown> => {
    asked.push(name)
    if (name === 'refused') return Promise.reject(new ApiProblem(409, 'view_exists', 'Conflict', null))
    return name === 'away' ? Promise.reject(new BackendAway('no answer')) : Promise.resolve()
  }
  const left = await moveToServer(names.map((name) => ({ name, search: {} })), post)
  expect(left).toEqual([{ name: 'refused', search: {}, isRefused: true }, { name: 'away', search: {} }])
  const again = readViews(JSON.stringify(left))
  expect((await moveToServer(again, post)).map(({ name }) => name)).toEqual(['refused', 'away'])
  expect(asked).toEqual([...names, 'away'])
})
