import { feedQuery } from '@/features/dashboard/api'
import { withItem, type FeedItem } from '@/features/dashboard/feed'
import type { JobEvent } from '@/features/jobs/events'
import type { ApiRequest } from '@/generated/payloads'
import { targetKey } from '@/lib/cache-targets'
import { refreshSoon } from '@/lib/stream/refresh'
import { duration, share } from '@/lib/format'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import { patch } from '@/lib/stream/patch'

function detailOf(event: JobEvent): string | null {
  switch (event.type) {
    case 'job.progress':
      return [share(event.progress), event.message].filter(Boolean).join(' · ')
    case 'job.completed':
      return duration(event.duration_ms)
    case 'job.failed':
    case 'job.retrying':
      return event.error
    case 'job.started':
      return `waited ${duration(event.queue_wait_ms)}`
    case 'job.queued':
      return event.trigger
    case 'job.cancelled':
      return event.reason ?? null
  }
}

const KINDS: Readonly<Record<JobEvent['type'], string>> = {
  'job.queued': 'queued',
  'job.started': 'active',
  'job.progress': 'progress',
  'job.completed': 'complete',
  'job.failed': 'failed',
  'job.retrying': 'retrying',
  'job.cancelled': 'cancelled',
}

const jobItem = (event: JobEvent): FeedItem => ({
  id: event.event_id,
  at: event.at,
  subject: event.function_name,
  link: { jobId: event.job_id, functionKey: event.function },
  kind: KINDS[event.type],
  detail: detailOf(event),
  status: null,
})

const requestItem = ({ event_id, at, request }: ApiRequest): FeedItem => ({
  id: event_id,
  at,
  subject: `${request.method} ${request.path}`,
  link: { apiName: request.api_name },
  kind: `${String(Math.floor(request.status / 100))}xx`,
  detail: duration(request.latency_ms),
  status: request.status,
})

/** What nobody has looked at yet holds nothing. */
const push = ({ client }: LiveContext, item: FeedItem): void => {
  patch(client, feedQuery().queryKey, (feed) => withItem(feed, item))
}

const onJobFact = (context: LiveContext, event: JobEvent): void => {
  push(context, jobItem(event))
  refreshSoon(context.client, targetKey('dashboard'))
}

export const dashboardLive: LiveSlice = {
  'job.queued': onJobFact,
  'job.started': onJobFact,
  'job.progress': (context, event) => {
    push(context, jobItem(event))
  },
  'job.completed': onJobFact,
  'job.failed': onJobFact,
  'job.retrying': onJobFact,
  'job.cancelled': onJobFact,
  'api.request': (context, event) => {
    push(context, requestItem(event))
    refreshSoon(context.client, targetKey('dashboard'))
  },
}
