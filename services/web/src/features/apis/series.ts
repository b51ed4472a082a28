// API traffic, step by step: status classes and latency.
import type { SeriesPoint as ApiPoint } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { stretchQuery, timedQuery, type TimedOptions } from '@/lib/timed-query'
import type { ChartPoint, ChartSeries } from '@/ui/time-series'

export type { SeriesPoint as ApiPoint } from '@/generated/rest'

export interface ApiSeriesScope {
  readonly api_name?: string | undefined
}

export const apiSeriesQuery = (scope: ApiSeriesScope, options: TimedOptions) =>
  timedQuery({
    target: scope.api_name === undefined ? 'dashboard' : 'apis.api',
    ...options,
    name: `api-series-${options.liveStep ?? 'auto'}`,
    scope,
    read: (stretch, signal) => getJson('/apis/series', { query: { ...stretchQuery(stretch), ...scope }, signal }),
  })

const P95: ChartSeries = { key: 'p95', label: 'p95', color: '--line-p95', kind: 'line' }
const P50: ChartSeries = { key: 'p50', label: 'p50', color: '--line-p95', kind: 'line', isThin: true }

export const CLASS_SERIES: readonly ChartSeries[] = [
  { key: '2xx', label: '2xx', color: '--bar-2xx', kind: 'bar' },
  { key: '3xx', label: '3xx', color: '--bar-3xx', kind: 'bar' },
  { key: '4xx', label: '4xx', color: '--bar-4xx', kind: 'bar' },
  { key: '5xx', label: '5xx', color: '--bar-5xx', kind: 'bar' },
]
export const TRAFFIC_SERIES: readonly ChartSeries[] = [...CLASS_SERIES, P95]
export const API_LATENCY_SERIES: readonly ChartSeries[] = [{ ...P95, key: 'p99', label: 'p99', color: '--line-p99' }, P95, P50]

export const trafficPoints = (points: readonly ApiPoint[]): ChartPoint[] =>
  points.map((p) => ({ at: Date.parse(p.at), values: [p.status_2xx, p.status_3xx, p.status_4xx, p.status_5xx, p.p95_latency_ms] }))

export const apiLatencyPoints = (points: readonly ApiPoint[]): ChartPoint[] =>
  points.map((p) => ({ at: Date.parse(p.at), values: [p.p99_latency_ms, p.p95_latency_ms, p.p50_latency_ms] }))
