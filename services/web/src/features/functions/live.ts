import { activityQuery, functionQuery, functionsQuery } from '@/features/functions/api'
import type { JobEvent } from '@/features/jobs/events'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import { refreshSoon } from '@/lib/stream/refresh'

/** Bars of an hour are not read to the second. */
const ACTIVITY_REFRESH_MS = 15_000

// A function's figures are aggregates: events say that they moved, REST says where to. Those of other functions did not.
const onJobFact = ({ client }: LiveContext, event: JobEvent): void => {
  refreshSoon(client, functionsQuery().queryKey)
  refreshSoon(client, activityQuery().queryKey, ACTIVITY_REFRESH_MS)
  refreshSoon(client, functionQuery(event.function).queryKey)
}

export const functionsLive: LiveSlice = {
  'job.queued': onJobFact,
  'job.started': onJobFact,
  'job.completed': onJobFact,
  'job.failed': onJobFact,
  'job.retrying': onJobFact,
  'job.cancelled': onJobFact,
}
