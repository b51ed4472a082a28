// The last 24 hours of each API of a list: bars by status class, and percentiles. One answer has those of all.
import type { ApiInfo } from '@/features/apis/api'
import { STATUS_CLASSES } from '@/features/apis/request-filter'
import type { ActivityList, ApiActivity } from '@/generated/rest'
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

const partsOf = (activity: ApiActivity): HourPart[] => STATUS_CLASSES.map((name) => ({ name, color: `--bar-${name}`, hours: activity[`status_${name}`] }))

export const latencyOf = ({ p50_latency_ms: p50, p95_latency_ms: p95, p99_latency_ms: p99 }: Pick<ApiActivity, 'p50_latency_ms' | 'p95_latency_ms' | 'p99_latency_ms'>): Percentiles => ({ p50, p95, p99 })
