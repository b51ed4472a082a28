import type { JobTrends } from '@/features/jobs/api'
import type { ChartPoint, ChartSeries } from '@/ui/time-series'

export const JOB_SERIES: readonly ChartSeries[] = [
  { key: 'complete', label: 'Complete', color: '--bar-complete', kind: 'bar' },
  { key: 'failed', label: 'Failed', color: '--bar-failed', kind: 'bar' },
  { key: 'retrying', label: 'Retrying', color: '--bar-retrying', kind: 'bar' },
  { key: 'cancelled', label: 'Cancelled', color: '--bar-cancelled', kind: 'bar' },
]

/** `active` is left out: it is what ran at the hour's end, not a count that could be stacked on counts. */
export const jobHours = (trends: JobTrends): ChartPoint[] =>
  trends.hourly.map((hour) => ({ at: Date.parse(hour.hour), values: [hour.complete, hour.failed, hour.retrying, hour.cancelled] }))
