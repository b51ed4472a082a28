import { feedQuery } from '@/features/dashboard/api'
import { withItem, type FeedItem } from '@/features/dashboard/feed'
import { itemOfJobEvent, itemOfRequest } from '@/features/dashboard/feed-items'
import type { JobEvent } from '@/features/jobs/events'
import { targetKey } from '@/lib/cache-targets'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import { patch } from '@/lib/stream/patch'
import { refreshSoon } from '@/lib/stream/refresh'

/** What nobody has looked at yet holds nothing. */
const push = ({ client }: LiveContext, item: FeedItem): void => {
  patch(client, feedQuery().queryKey, (feed) => withItem(feed, item))
}

const onJobFact = (context: LiveContext, event: JobEvent): void => {
  push(context, itemOfJobEvent(event))
  refreshSoon(context.client, targetKey('dashboard'))
}

/** Figures are counted a little after the facts are told: read at the last fact, they would lack it for as long as nothing more happens. */
const onCounted = ({ client }: LiveContext): void => {
  refreshSoon(client, targetKey('dashboard'))
}

export const dashboardLive: LiveSlice = {
  'job.queued': onJobFact,
  'job.started': onJobFact,
  'job.progress': (context, event) => {
    push(context, itemOfJobEvent(event))
  },
  'job.completed': onJobFact,
  'job.failed': onJobFact,
  'job.retrying': onJobFact,
  'job.cancelled': onJobFact,
  'api.request': (context, { request }) => {
    push(context, itemOfRequest(request))
    refreshSoon(context.client, targetKey('dashboard'))
  },
  'jobs.trends.snapshot': onCounted,
  'apis.trends.snapshot': onCounted,
}
