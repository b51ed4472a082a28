// What happened to jobs, step by step: outcomes, waits and runs.
import type { JobStatus } from '@/features/jobs/api'
import type { ErrorGroupOut as ErrorGroup, PointOut as JobPoint } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { windowQuery, type TimeWindow } from '@/lib/range'
import { stretchQuery, timedQuery, type TimedOptions } from '@/lib/timed-query'
import type { ChartPoint, ChartSeries } from '@/ui/time-series'

export type { ErrorGroupOut as ErrorGroup, PointOut as JobPoint } from '@/generated/rest'

export interface JobSeriesScope {
  readonly function?: string | undefined
}

export const jobSeriesQuery = (scope: JobSeriesScope, options: TimedOptions) =>
  timedQuery({
    target: scope.function === undefined ? 'dashboard' : 'functions',
    ...options,
    name: `job-series-${options.liveStep ?? 'auto'}`,
    scope,
    read: (stretch, signal) => getJson('/jobs/series', { query: { ...stretchQuery(stretch), ...scope }, signal }),
  })

/** The functions that fail, or wait, more than is usual for them. */
export const unusualJobsQuery = (shown: TimeWindow | null, liveMs: number) =>
  timedQuery({
    target: 'dashboard',
    name: 'unusual-jobs',
    scope: {},
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/jobs/unusual', { query: windowQuery({ after, before }), signal }),
  })

/** Of errors of more kinds than are told apart; no job has it. */
const OTHER = '0'.repeat(16)

/** The jobs behind a group, as the list is asked for them. */
export const jobsOfError = ({ function: key, fingerprint }: Pick<ErrorGroup, 'function' | 'fingerprint'>): { function: string; status: JobStatus[]; fingerprint?: string } => ({
  function: key,
  status: ['failed'],
  ...(fingerprint !== OTHER && { fingerprint }),
})

export const byCount = (a: ErrorGroup, b: ErrorGroup): number => b.count - a.count

export const errorGroupsQuery = (scope: JobSeriesScope, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: scope.function === undefined ? 'dashboard' : 'functions',
    name: 'errors',
    scope,
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/jobs/errors', { query: { ...windowQuery({ after, before }), ...scope }, signal }),
  })

export const outcomePoints = (points: readonly JobPoint[]): ChartPoint[] =>
  points.map((point) => ({ at: Date.parse(point.at), values: [point.complete, point.failed, point.retrying, point.cancelled] }))

export const LATENCY_SERIES: readonly ChartSeries[] = [
  { key: 'run_p95', label: 'Run p95', color: '--line-run', kind: 'line' },
  { key: 'run_p50', label: 'Run p50', color: '--line-run', kind: 'line', isThin: true },
  { key: 'wait_p95', label: 'Wait p95', color: '--line-wait', kind: 'line' },
  { key: 'wait_p50', label: 'Wait p50', color: '--line-wait', kind: 'line', isThin: true },
]

export const latencyPoints = (points: readonly JobPoint[]): ChartPoint[] =>
  points.map((point) => ({ at: Date.parse(point.at), values: [point.run_p95_ms, point.run_p50_ms, point.wait_p95_ms, point.wait_p50_ms] }))
