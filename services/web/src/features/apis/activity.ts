// The last 24 hours of each API of a list: bars by status class, and percentiles. One answer has those of all.
import type { ApiInfo } from '@/features/apis/api'
import { endpointText, STATUS_CLASSES, type StatusClass } from '@/features/apis/request-filter'
import type { ActivityList, ApiActivity, EndpointHoursList } from '@/generated/rest'
import type { HourActivity, HourPart } from '@/lib/hour-bars'
import { NO_PERCENTILES, type Percentiles } from '@/lib/percentile-line'

export interface ActiveApi extends ApiInfo {
  /** Undefined while it is not read. */
  readonly activity: HourActivity | undefined
  readonly latency: Percentiles
  readonly apdex: number | null
}

export const withActivity = (apis: readonly ApiInfo[], read: ActivityList | undefined): ActiveApi[] =>
  apis.map((api) => {
    const activity = read?.apis[api.name]
    return { ...api, activity: read && { hours: read.hours, parts: activity ? partsOf(activity) : [] }, latency: activity ? latencyOf(activity) : NO_PERCENTILES, apdex: activity?.apdex ?? null }
  })

const partsOf = (activity: Pick<ApiActivity, `status_${StatusClass}`>): HourPart[] => STATUS_CLASSES.map((name) => ({ name, color: `--bar-${name}`, hours: activity[`status_${name}`] }))

export const latencyOf = ({ p50_latency_ms: p50, p95_latency_ms: p95, p99_latency_ms: p99 }: Pick<ApiActivity, 'p50_latency_ms' | 'p95_latency_ms' | 'p99_latency_ms'>): Percentiles => ({ p50, p95, p99 })

/** The hours of an API's endpoints by their texts, and of one that was not called; undefined while they are not read. */
export function hoursByEndpoint(read: EndpointHoursList | undefined): ((text: string) => HourActivity) | undefined {
  if (!read) return undefined
  const none: HourActivity = { hours: read.hours, parts: [] }
  const called = new Map(read.endpoints.map((one) => [endpointText(one), { hours: read.hours, parts: partsOf(one) }]))
  return (text) => called.get(text) ?? none
}
