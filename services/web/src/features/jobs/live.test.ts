import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { failuresQuery, jobCountsQuery, jobsQuery, jobTrendsQuery, traceTimelineQuery } from '@/features/jobs/api'
import { jobsLive } from '@/features/jobs/live'
import { aPage, queued } from '@/features/jobs/testing'
import { subFor } from '@/lib/stream/subs'

test('every live list takes the event by its own filter', () => {
  const client = new QueryClient()
  const all = jobsQuery({}).queryKey
  const failed = jobsQuery({ status: ['failed'] }).queryKey
  client.setQueryData(all, aPage())
  client.setQueryData(failed, aPage())
  jobsLive['job.queued']?.({ client, sub: subFor('events') }, queued())
  expect(client.getQueryData(all)?.jobs).toHaveLength(1)
  expect(client.getQueryData(failed)?.jobs).toHaveLength(0)
})

test('a fact has read again what counts it, and nothing else', () => {
  const client = new QueryClient()
  const [mine, all, failures] = [jobCountsQuery({ function: 'quick' }).queryKey, jobCountsQuery({}).queryKey, failuresQuery().queryKey]
  const none = { total: 0, total_exact: true }
  const counts = { queued: none, pending: none, active: none, retrying: none, complete: none, failed: none, cancelled: none }
  client.setQueryData(mine, counts)
  client.setQueryData(all, counts)
  client.setQueryData(failures, none)
  jobsLive['job.queued']?.({ client, sub: subFor('events') }, { ...queued(), function: 'resize' })
  expect([mine, all, failures].map((key) => client.getQueryState(key)?.isInvalidated)).toEqual([false, true, false])
})

test('a trend goes to the key of the subscription it came by', () => {
  const client = new QueryClient()
  const trends = { hourly: [] }
  const sub = subFor('jobs.trends', { query: { hours: 24, function: 'resize' } })
  jobsLive['jobs.trends.snapshot']?.({ client, sub }, { type: 'jobs.trends.snapshot', event_id: 'e', at: '', trends })
  expect(client.getQueryData(jobTrendsQuery({ hours: 24, function: 'resize' }).queryKey)).toBe(trends)
  expect(client.getQueryData(jobTrendsQuery({ hours: 24 }).queryKey)).toBeUndefined()
})

test('what a request led to takes a new job of its trace, and no other', () => {
  const client = new QueryClient()
  const [mine, other] = [traceTimelineQuery('aa').queryKey, traceTimelineQuery('bb').queryKey]
  for (const key of [mine, other]) client.setQueryData(key, { jobs: [], total: 0, has_more: false })
  jobsLive['job.queued']?.({ client, sub: subFor('events') }, { ...queued(), trace_id: 'aa' })
  expect([mine, other].map((key) => client.getQueryData(key)?.total)).toEqual([1, 0])
})
