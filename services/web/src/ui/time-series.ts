// What a chart over time is made of, and how it is read.
import type { DeployMark } from '@/lib/deploys'
import { bytes, count, decimal, duration } from '@/lib/format'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/time-units'

/** What the lines of a chart measure; all of one chart the same. */
export type LineUnit = 'ms' | 'bytes' | 'number'

export interface ChartSeries {
  readonly key: string
  readonly label: string
  /** A custom property of tokens.css: charts take their colours from the same tokens as words do. */
  readonly color: string
  /** Bars are counts, stacked on the left axis; lines are milliseconds unless they say another unit. */
  readonly kind: 'bar' | 'line'
  readonly unit?: LineUnit
  /** A line that is the lesser one of its hue: a median beside its p95. */
  readonly isThin?: boolean
}

/** A bucket: what happened from `at` until `at` + the chart's step. Null is not known; an empty bucket is zero. */
export interface ChartPoint {
  readonly at: number
  readonly values: readonly (number | null)[]
}

/** What was deployed in a bucket. */
export const marksIn = (marks: readonly DeployMark[], at: number, stepMs: number): string[] => marks.filter((mark) => mark.at >= at && mark.at < at + stepMs).map(({ text }) => text)

const UNIT_TEXTS: Readonly<Record<LineUnit, (value: number | null | undefined) => string>> = { ms: duration, bytes, number: decimal }

export const valueText = (series: ChartSeries | undefined, value: number | null | undefined): string => (series?.kind === 'line' ? UNIT_TEXTS[series.unit ?? 'ms'](value) : count(value))

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const clockWithSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })

/** A bucket's beginning as it is said in a readout and a table. */
export function bucketText(at: number, stepMs: number, now: number): string {
  if (now - at > DAY_MS || stepMs > 5 * MINUTE_MS) return dayAndClock.format(at)
  return (stepMs < MINUTE_MS ? clockWithSeconds : clock).format(at)
}

/** An instant under the axis: midnight says which day begins. */
export function axisText(at: number, spacingMs: number): string {
  const date = new Date(at)
  if (spacingMs >= DAY_MS || (date.getHours() === 0 && date.getMinutes() === 0 && spacingMs >= HOUR_MS)) return date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric' })
  return (spacingMs < MINUTE_MS ? clockWithSeconds : clock).format(at)
}

/** Of bars their sum; of a line its newest value, since percentiles do not add up. */
export function overall(series: readonly ChartSeries[], points: readonly ChartPoint[]): (number | null)[] {
  return series.map(({ kind }, index) => {
    if (kind === 'line') return points.findLast((point) => point.values[index] !== null)?.values[index] ?? null
    return points.reduce((total, point) => total + (point.values[index] ?? 0), 0)
  })
}

const UNITS: readonly (readonly [number, string])[] = [
  [DAY_MS, 'day'],
  [HOUR_MS, 'hour'],
  [MINUTE_MS, 'minute'],
  [SECOND_MS, 'second'],
]

/** “per minute”, “per 3 hours” */
export function perStep(stepMs: number): string {
  const [unitMs, unit] = UNITS.find(([ms]) => stepMs % ms === 0) ?? [SECOND_MS, 'second']
  return stepMs === unitMs ? `per ${unit}` : `per ${String(stepMs / unitMs)} ${unit}s`
}
