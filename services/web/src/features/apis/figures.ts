// Figures that follow the range: live those of 24 hours, as they are streamed; of a window those that were counted in it.
import { latencyOf, withActivity, type ActiveApi } from '@/features/apis/activity'
import type { ApiEndpoint, ApiInfo } from '@/features/apis/api'
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import type { ActivityList, ApiFigures, ApiFiguresList, CalledEndpoint, CalledList, PeriodFigures } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { count, spanOfTime } from '@/lib/format'
import type { HourActivity } from '@/lib/hour-bars'
import type { Percentiles } from '@/lib/percentile-line'
import { SPANS, windowQuery, type TimeWindow } from '@/lib/range'
import { timedQuery } from '@/lib/timed-query'

export interface EndpointFigures extends CalledEndpoint {
  /** What it is about, in the words of its API. */
  readonly tags: readonly string[]
}

/** Of an API and each of its endpoints that was called. */
export const endpointFiguresQuery = (name: string, shown: TimeWindow | null, back = 0) =>
  timedQuery({
    target: 'apis.api',
    name: 'endpoint-figures',
    scope: { name },
    shown,
    liveMs: SPANS['24h'],
    back,
    read: ({ after, before }, signal) => getJson('/apis/{name}/endpoints', { path: { name }, query: windowQuery({ after, before }), signal }),
  })

/** The APIs whose requests end in errors of the server more often than is usual for them. */
export const unusualApisQuery = (shown: TimeWindow | null, liveMs: number) =>
  timedQuery({
    target: 'dashboard',
    name: 'unusual-apis',
    scope: {},
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/activity/unusual', { query: windowQuery({ after, before }), signal }),
  })

/** Of every API that was called. */
export const apiFiguresQuery = (shown: TimeWindow | null) =>
  timedQuery({
    target: 'apis',
    name: 'api-figures',
    scope: {},
    shown,
    liveMs: SPANS['24h'],
    read: ({ after, before }, signal) => getJson('/apis/activity/figures', { query: windowQuery({ after, before }), signal }),
  })

export const NO_FIGURES: PeriodFigures = {
  requests: 0, requests_per_min: 0, avg_latency_ms: null, p50_latency_ms: null, p95_latency_ms: null, p99_latency_ms: null, apdex: null,
  error_rate: null, success_rate: null, client_error_rate: null, server_error_rate: null, status_2xx: 0, status_3xx: 0, status_4xx: 0, status_5xx: 0,
  last_request_at: null, request_bytes: 0, response_bytes: 0,
}

/** A stream of the release before says no tags. */
export const endpointsOfDay = (endpoints: readonly ApiEndpoint[]): EndpointFigures[] => endpoints.map(({ requests_24h: requests, tags, ...others }) => ({ ...others, tags: tags ?? [], requests }))

/** Those that were called, and those listed that nobody called. */
export function endpointsOfRange(listed: readonly (Endpoint & Pick<EndpointFigures, 'tags'>)[], { endpoints: called }: CalledList): EndpointFigures[] {
  const texts = new Set(called.map(endpointText))
  const tags = new Map(listed.map((one) => [endpointText(one), one.tags ?? []]))
  return [
    ...called.map((one) => ({ ...one, tags: tags.get(endpointText(one)) ?? [] })),
    ...listed.filter((one) => !texts.has(endpointText(one))).map(({ method, path, tags }) => ({ ...NO_FIGURES, method, path, tags: tags ?? [] })),
  ]
}

/** “3 routes without a call in the last 24 h” */
export const uncalledText = (many: number, isOfRange: boolean): string =>
  `${String(many)} ${many === 1 ? 'route' : 'routes'} without a call in ${isOfRange ? 'this range' : 'the last 24 h'}`

/** “12, figures of 14:00–15:00”: of what was counted, which is a little more than what was asked for. */
export function figuresText(many: number, period: Pick<CalledList, 'after' | 'before'>): string {
  const { after, before } = period
  return after === null || before === null ? `${count(many)}, nothing to count yet` : `${count(many)}, figures of ${spanOfTime(Date.parse(after), Date.parse(before))}`
}

export interface ApiRow extends Pick<ApiInfo, 'name' | 'active' | 'endpoint_count' | 'instance_count' | 'instances' | 'requests_per_min' | 'error_rate'> {
  readonly requests: number
  readonly apdex: number | null
  readonly latency: Percentiles
  /** Live alone; undefined while it is not read. */
  readonly activity: HourActivity | undefined
}

export const apisOfDay = (apis: readonly ApiInfo[], read: ActivityList | undefined): ApiRow[] => withActivity(apis, read).map((one: ActiveApi) => ({ ...one, requests: one.requests_24h }))

export function apisOfRange(apis: readonly ApiInfo[], { apis: called }: ApiFiguresList): ApiRow[] {
  const figures = new Map<string, PeriodFigures>(called.map((one: ApiFigures) => [one.name, one]))
  return apis.map(({ name, active, endpoint_count, instance_count, instances }) => {
    const { requests, requests_per_min, error_rate, apdex, ...others } = figures.get(name) ?? NO_FIGURES
    return { name, active, endpoint_count, instance_count, instances, requests, requests_per_min, error_rate, apdex, latency: latencyOf(others), activity: undefined }
  })
}
