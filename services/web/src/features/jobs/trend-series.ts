import type { JobTrends } from '@/features/jobs/api'
import type { BarHour, BarSeries } from '@/ui/stacked-bars'

export const JOB_SERIES: readonly BarSeries[] = [
  { key: 'complete', label: 'Complete', color: '--bar-complete' },
  { key: 'failed', label: 'Failed', color: '--bar-failed' },
  { key: 'retrying', label: 'Retrying', color: '--bar-retrying' },
  { key: 'cancelled', label: 'Cancelled', color: '--bar-cancelled' },
]

/** `active` is left out: it is what ran at the hour's end, not a count that could be stacked on counts. */
export const jobHours = (trends: JobTrends): BarHour[] =>
  trends.hourly.map((hour) => ({ hour: hour.hour, values: [hour.complete, hour.failed, hour.retrying, hour.cancelled] }))
