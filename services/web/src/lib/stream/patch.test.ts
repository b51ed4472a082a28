import { QueryClient, queryOptions } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { known, patch, replace, shareRows, writtenTogether } from '@/lib/stream/patch'

const list = queryOptions({ queryKey: ['jobs', 'live'], queryFn: () => ({ jobs: [{ id: 'a', n: 1 }] }), structuralSharing: shareRows('jobs') })

test('a patch makes nothing younger, and what was marked stays marked', () => {
  const client = new QueryClient()
  client.setQueryData(list.queryKey, { jobs: [{ id: 'a', n: 1 }] }, { updatedAt: 1000 })
  void client.invalidateQueries(list)
  expect(patch(client, list.queryKey, () => ({ jobs: [{ id: 'a', n: 2 }] }))).toBe(true)
  expect(client.getQueryState(list.queryKey)).toMatchObject({ data: { jobs: [{ n: 2 }] }, dataUpdatedAt: 1000, isInvalidated: true })
})

test('what was never read is not patched, and no change is no change', () => {
  const client = new QueryClient()
  expect(patch(client, list.queryKey, () => ({ jobs: [] }))).toBe(false)
  client.setQueryData(list.queryKey, { jobs: [] })
  expect(patch(client, list.queryKey, (data) => data)).toBe(false)
})

test('what the events of a frame change is written once, and known to each of them', () => {
  const client = new QueryClient()
  client.setQueryData(list.queryKey, { jobs: [{ id: 'a', n: 1 }] }, { updatedAt: 1000 })
  let writes = 0
  client.getQueryCache().subscribe(({ type }) => (writes += type === 'updated' ? 1 : 0))
  writtenTogether(client, () => {
    for (const n of [2, 3, 4]) patch(client, list.queryKey, () => ({ jobs: [{ id: 'a', n }] }))
    expect(known(client, list.queryKey)).toEqual({ jobs: [{ id: 'a', n: 4 }] })
    expect(client.getQueryData(list.queryKey)).toEqual({ jobs: [{ id: 'a', n: 1 }] })
  })
  expect(client.getQueryState(list.queryKey)).toMatchObject({ data: { jobs: [{ n: 4 }] }, dataUpdatedAt: 1000 })
  expect(writes).toBe(1)
})

test('a snapshot within a frame is not undone by what came before it', () => {
  const client = new QueryClient()
  client.setQueryData(list.queryKey, { jobs: [{ id: 'a', n: 1 }] })
  writtenTogether(client, () => {
    patch(client, list.queryKey, () => ({ jobs: [{ id: 'a', n: 2 }] }))
    replace(client, list.queryKey, { jobs: [{ id: 'a', n: 9 }] })
  })
  expect(client.getQueryData(list.queryKey)).toEqual({ jobs: [{ id: 'a', n: 9 }] })
})

test('a snapshot is not overwritten by a read that began before it', async () => {
  const client = new QueryClient()
  let answer: (data: { jobs: { id: string; n: number }[] }) => void = () => undefined
  const read = client.fetchQuery({ ...list, queryFn: () => new Promise<{ jobs: { id: string; n: number }[] }>((resolve) => (answer = resolve)) })
  replace(client, list.queryKey, { jobs: [{ id: 'a', n: 2 }] })
  answer({ jobs: [{ id: 'a', n: 1 }] })
  await read.catch(() => undefined)
  expect(client.getQueryData(list.queryKey)).toEqual({ jobs: [{ id: 'a', n: 2 }] })
})

test('rows that did not change are the same objects, wherever they now stand', () => {
  const before = { jobs: [{ id: 'a', n: 1 }, { id: 'b', n: 1 }], total: 2 }
  const after = shareRows('jobs')(before, { jobs: [{ id: 'c', n: 1 }, { id: 'a', n: 1 }, { id: 'b', n: 2 }], total: 3 })
  expect(after).toEqual({ jobs: [{ id: 'c', n: 1 }, { id: 'a', n: 1 }, { id: 'b', n: 2 }], total: 3 })
  expect((after as typeof before).jobs[1]).toBe(before.jobs[0])
})
