import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { dashboardLive } from '@/features/dashboard/live'
import { subFor } from '@/lib/stream/subs'

test('figures are read again when they were counted, not only when a fact was told', () => {
  const client = new QueryClient()
  const key = ['dashboard', 'stats', 1440]
  client.setQueryData(key, {})
  dashboardLive['apis.trends.snapshot']?.({ client, sub: subFor('apis.trends') }, { type: 'apis.trends.snapshot', event_id: 'e', at: '', trends: { hourly: [] } })
  expect(client.getQueryState(key)?.isInvalidated).toBe(true)
  client.setQueryData(key, {})
  dashboardLive['jobs.trends.snapshot']?.({ client, sub: subFor('jobs.trends') }, { type: 'jobs.trends.snapshot', event_id: 'e', at: '', trends: { hourly: [] } })
  expect(client.getQueryState(key)?.isInvalidated).toBe(true)
})
