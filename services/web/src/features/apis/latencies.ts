// How long requests took, by classes of latency.
import type { Endpoint, RequestFilter } from '@/features/apis/request-filter'
import type { LatencyClassOut } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import type { DurationClass } from '@/lib/duration-class'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

interface LatenciesScope extends Partial<Endpoint> {
  readonly api_name: string
}

/** Of an API, or of one endpoint of it. */
export const latenciesQuery = (scope: LatenciesScope, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'latencies',
    scope,
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/latencies', { query: { ...windowQuery({ after, before }), ...scope }, signal }),
  })

export const latencyClasses = (latencies: readonly LatencyClassOut[]): DurationClass[] => latencies.map(({ min_latency_ms: least, below_latency_ms: below, count }) => ({ least, below, count }))

/** The requests behind a class, as the log is asked for them. Undefined is said: it takes away what the address had. */
export const requestsOfLatency = ({ least, below }: DurationClass): RequestFilter => ({ min_latency_ms: least > 0 ? least : undefined, below_latency_ms: below ?? undefined })
