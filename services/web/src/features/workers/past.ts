// What a worker used and did, step by step, as charts draw it.
import type { WorkerPoint } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { SPANS, windowQuery } from '@/lib/range'
import { timedQuery } from '@/lib/timed-query'
import type { ChartPoint, ChartSeries } from '@/ui/time-series'

/** How far back a worker is looked at; a minute is the finest that is kept of it. */
export const PASTS = ['1h', '6h', '24h'] as const
export type Past = (typeof PASTS)[number]
const STEPS = { '1h': '1m', '6h': '5m', '24h': '5m' } as const satisfies Record<Past, string>

export const workerSeriesQuery = (id: string, past: Past) =>
  timedQuery({
    target: 'workers',
    name: 'series',
    scope: { id },
    shown: null,
    liveMs: SPANS[past],
    liveStep: STEPS[past],
    read: (stretch, signal) => getJson('/workers/{worker_id}/series', { path: { worker_id: id }, query: { ...windowQuery(stretch), step: STEPS[past] }, signal }),
  })

export interface PastChart {
  readonly title: string
  readonly series: readonly ChartSeries[]
  readonly values: (point: WorkerPoint) => ChartPoint['values']
  /** Not every worker can measure it. */
  readonly isMeasured?: boolean
}

const HIGHEST: ChartSeries = { key: 'highest', label: 'Highest', color: '--line-run', kind: 'line' }
const MEAN: ChartSeries = { key: 'mean', label: 'Mean', color: '--line-run', kind: 'line', isThin: true }

export const PAST_CHARTS: readonly PastChart[] = [
  {
    title: 'Slots taken',
    series: [{ ...HIGHEST, unit: 'number' }, { ...MEAN, unit: 'number' }, { key: 'slots', label: 'Slots', color: '--line-p99', kind: 'line', unit: 'number', isThin: true }],
    values: (point) => [point.max_active_jobs, point.avg_active_jobs, point.concurrency],
  },
  {
    title: 'Jobs ended',
    series: [
      { key: 'done', label: 'Done', color: '--bar-complete', kind: 'bar' },
      { key: 'failed', label: 'Failed attempts', color: '--bar-failed', kind: 'bar' },
    ],
    values: ({ jobs_processed: ended, jobs_failed: failed }) => [ended === null ? null : ended - (failed ?? 0), failed],
  },
  {
    title: 'CPU, cores',
    series: [{ ...HIGHEST, unit: 'number' }, { ...MEAN, unit: 'number' }],
    values: (point) => [point.max_cpu_cores, point.avg_cpu_cores],
    isMeasured: true,
  },
  {
    title: 'Memory',
    series: [{ ...HIGHEST, unit: 'bytes' }, { ...MEAN, unit: 'bytes' }, { key: 'limit', label: 'Limit', color: '--failed', kind: 'line', unit: 'bytes', isThin: true }],
    values: (point) => [point.max_memory_bytes, point.avg_memory_bytes, point.memory_limit_bytes],
    isMeasured: true,
  },
  { title: 'Loop lag', series: [HIGHEST], values: (point) => [point.max_loop_lag_ms], isMeasured: true },
]

export const pastPoints = (points: readonly WorkerPoint[], { values }: PastChart): ChartPoint[] => points.map((point) => ({ at: Date.parse(point.at), values: values(point) }))

/** What was never measured in this time is no empty chart. */
export const isDrawn = (chart: PastChart, points: readonly ChartPoint[]): boolean => !chart.isMeasured || points.some(({ values }) => values[0] !== null)

/** The same chart where nothing bounds the worker, or nobody knows. */
export function withoutLimit(chart: PastChart): PastChart {
  const series = chart.series.filter(({ key }) => key !== 'limit')
  return { ...chart, series, values: (point) => chart.values(point).slice(0, series.length) }
}
