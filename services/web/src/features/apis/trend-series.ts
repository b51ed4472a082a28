import type { ApiTrends } from '@/features/apis/api'
import type { ApiPoint } from '@/features/apis/series'
import type { ChartPoint } from '@/ui/time-series'

/** Counts by the hour as the stream keeps them, with the latency of each hour where it is known. */
export function apiHours(trends: ApiTrends, latencies: readonly ApiPoint[]): ChartPoint[] {
  const p95s = new Map(latencies.map((point) => [Date.parse(point.at), point.p95_latency_ms]))
  return trends.hourly.map((hour) => {
    const at = Date.parse(hour.hour)
    return { at, values: [hour.success_2xx, hour.redirect_3xx, hour.client_4xx, hour.server_5xx, p95s.get(at) ?? null] }
  })
}
