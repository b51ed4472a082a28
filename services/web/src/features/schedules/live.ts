import type { JobEvent } from '@/features/jobs/events'
import { scheduleQuery } from '@/features/schedules/api'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import { known } from '@/lib/stream/patch'
import { refreshSoon } from '@/lib/stream/refresh'
import { SECOND_MS } from '@/lib/time-units'

/** Somebody waits for the instant that is next. */
const REFRESH_MS = SECOND_MS

// What a schedule made, and what became of it; jobs of the same function that others enqueued are none of its.
const onJobFact = ({ client }: LiveContext, event: JobEvent): void => {
  const key = scheduleQuery(event.function).queryKey
  const isFire = event.type === 'job.queued' && event.trigger === 'cron'
  if (isFire || known(client, key)?.fires.some(({ job_id: id }) => id === event.job_id)) refreshSoon(client, key, REFRESH_MS)
}

export const schedulesLive: LiveSlice = {
  'job.queued': onJobFact,
  'job.started': onJobFact,
  'job.completed': onJobFact,
  'job.failed': onJobFact,
  'job.retrying': onJobFact,
  'job.cancelled': onJobFact,
}
