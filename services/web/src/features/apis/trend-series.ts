import type { ApiTrends } from '@/features/apis/api'
import type { BarHour, BarSeries } from '@/ui/stacked-bars'

export const API_SERIES: readonly BarSeries[] = [
  { key: '2xx', label: '2xx', color: '--bar-2xx' },
  { key: '3xx', label: '3xx', color: '--bar-3xx' },
  { key: '4xx', label: '4xx', color: '--bar-4xx' },
  { key: '5xx', label: '5xx', color: '--bar-5xx' },
]

export const apiHours = (trends: ApiTrends): BarHour[] =>
  trends.hourly.map((hour) => ({ hour: hour.hour, values: [hour.success_2xx, hour.redirect_3xx, hour.client_4xx, hour.server_5xx] }))
