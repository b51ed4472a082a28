import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { requestsQuery } from '@/features/apis/api'
import { apisLive } from '@/features/apis/live'
import type { ApiRequestEvent } from '@/generated/payloads'
import { subFor } from '@/lib/stream/subs'

const request = (id: string, at = '2026-01-01T10:00:00.000Z'): ApiRequestEvent => ({
  id, at, api_name: 'shop', method: 'GET', path: '/products', status: 200, latency_ms: 3, instance_id: 'a', sampled: false, trace_id: null, request_bytes: null, response_bytes: null, consumer: null,
})
const tell = (client: QueryClient, told: ApiRequestEvent, dropped = 0): void => {
  apisLive['api.request']?.({ client, sub: subFor('apis.events') }, { type: 'api.request', event_id: told.id, at: told.at, request: told, dropped })
}

test('a request told of while the log was read is in it, although the answer is from before', async () => {
  const client = new QueryClient()
  const query = requestsQuery({})
  let answer: (response: Response) => void = () => undefined
  globalThis.fetch = () => new Promise((resolve) => { answer = resolve })
  const read = client.fetchQuery(query)
  tell(client, request('new', '2026-01-01T10:00:01.000Z'))
  answer(Response.json({ events: [request('old')], scanned_until: null, total: 1, has_more: false, next_cursor: null }))
  expect((await read).events.map(({ id }) => id)).toEqual(['new', 'old'])
})

test('where requests were left out, the log is to be read again; a request alone makes it no younger', () => {
  const client = new QueryClient()
  const { queryKey } = requestsQuery({})
  client.setQueryData(queryKey, { events: [], scanned_until: null }, { updatedAt: 1 })
  tell(client, request('a'))
  expect(client.getQueryState(queryKey)).toMatchObject({ dataUpdatedAt: 1, isInvalidated: false })
  tell(client, request('b'), 3)
  expect(client.getQueryState(queryKey)).toMatchObject({ dataUpdatedAt: 1, isInvalidated: true })
})
