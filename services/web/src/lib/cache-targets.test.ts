import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { requestPagesQuery } from '@/features/apis/api'
import { apiSeriesQuery } from '@/features/apis/series'
import { windowJobsQuery } from '@/features/jobs/api'
import { errorGroupsQuery, jobSeriesQuery } from '@/features/jobs/series'
import { STREAMS, type StreamName } from '@/generated/inventory'
import { invalidateStreams } from '@/lib/cache-targets'
import { WINDOW } from '@/lib/live-rules'

const shown = { after: 1, before: 2, readAt: 2 }
const timed = { shown, liveMs: 1 }
const every = Object.keys(STREAMS) as StreamName[]

const WINDOWS = {
  jobs: windowJobsQuery({}, shown, undefined).queryKey,
  requests: requestPagesQuery({}, shown).queryKey,
  'jobs by outcome': jobSeriesQuery({}, timed).queryKey,
  errors: errorGroupsQuery({}, timed).queryKey,
  'requests by class': apiSeriesQuery({ api_name: 'shop' }, timed).queryKey,
} as const

test.each(Object.entries(WINDOWS))('no stream reaches a window of %s', (_, queryKey: readonly unknown[]) => {
  const client = new QueryClient()
  client.setQueryData(queryKey, {})
  invalidateStreams(client, every)
  expect(queryKey[0]).toBe(WINDOW)
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(false)
})

test('a stream marks all that is live of its targets', () => {
  const client = new QueryClient()
  client.setQueryData(['jobs', 'live', {}], {})
  client.setQueryData(['workers', 'list'], {})
  invalidateStreams(client, ['events'])
  expect(client.getQueryState(['jobs', 'live', {}])?.isInvalidated).toBe(true)
  expect(client.getQueryState(['workers', 'list'])?.isInvalidated).toBe(false)
})
