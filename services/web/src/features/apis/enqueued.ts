// The jobs that requests of an API, or of one endpoint of it, enqueued.
import type { Endpoint } from '@/features/apis/request-filter'
import { getJson } from '@/lib/api-client'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

export type { EnqueuedJobs } from '@/generated/rest'

interface EnqueuedScope extends Partial<Endpoint> {
  readonly name: string
}

export const enqueuedQuery = ({ name, ...endpoint }: EnqueuedScope, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'enqueued',
    scope: { name, ...endpoint },
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/{name}/jobs', { path: { name }, query: { ...windowQuery({ after, before }), ...endpoint }, signal }),
  })
