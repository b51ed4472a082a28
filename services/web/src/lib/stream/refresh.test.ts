import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { refreshSoon } from '@/lib/stream/refresh'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const watched = async (client: QueryClient, queryKey: readonly unknown[]) => {
  const read = vi.fn(() => Promise.resolve(1))
  const stop = new QueryObserver(client, { queryKey, queryFn: read, staleTime: Infinity }).subscribe(() => undefined)
  await vi.advanceTimersByTimeAsync(0)
  read.mockClear()
  return { read, stop }
}

test('a hundred events are two reads: the first at once, the last after the interval', async () => {
  const client = new QueryClient()
  const { read, stop } = await watched(client, ['functions', 'function', 'resize'])
  for (let n = 0; n < 100; n += 1) refreshSoon(client, ['functions', 'function', 'resize'])
  await vi.advanceTimersByTimeAsync(4999)
  expect(read).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(read).toHaveBeenCalledTimes(2)
  stop()
})

test('what concerns another key refetches nothing', async () => {
  const client = new QueryClient()
  const { read, stop } = await watched(client, ['functions', 'function', 'resize'])
  refreshSoon(client, ['functions', 'function', 'mail'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(read).not.toHaveBeenCalled()
  stop()
})

test('what nobody looks at is marked, not read', async () => {
  const client = new QueryClient()
  const { read, stop } = await watched(client, ['functions', 'list'])
  stop()
  refreshSoon(client, ['functions', 'list'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(read).not.toHaveBeenCalled()
  expect(client.getQueryState(['functions', 'list'])?.isInvalidated).toBe(true)
})

test('a filter that leaves all is not the beginning of one that leaves less', async () => {
  const client = new QueryClient()
  const all = await watched(client, ['jobs', 'counts', {}])
  const some = await watched(client, ['jobs', 'counts', { function: 'resize' }])
  refreshSoon(client, ['jobs', 'counts', {}])
  await vi.advanceTimersByTimeAsync(10_000)
  expect([all.read, some.read].map((read) => read.mock.calls.length)).toEqual([1, 0])
  refreshSoon(client, ['jobs', 'counts'])
  await vi.advanceTimersByTimeAsync(0)
  expect(some.read).toHaveBeenCalledTimes(1)
  all.stop()
  some.stop()
})
