// How far an attempt was at what time, drawn inside its bar.
import type { Attempt, Job } from '@/features/jobs/api'
import type { JobMarks } from '@/features/jobs/marks'
import type { Segment } from '@/features/jobs/segments'
import type { TimeScale } from '@/features/jobs/time-scale'

export interface Point {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** 0 to 1. */
  readonly progress: number
}

type Newest = Pick<Job, 'attempts' | 'progress' | 'progress_at'>

/** All that is known of an attempt's progress: what was kept of it by twentieths, and of the newest how far it is. */
export function pointsOf(attempt: number, job: Newest, attempts: readonly Attempt[] | null, marks: JobMarks | null): Point[] {
  const kept = attempts?.find((one) => one.attempt === attempt)?.progress_log ?? (marks?.attempt === attempt ? marks.progress_log : [])
  const points = kept.map(({ at, progress }) => ({ at: Date.parse(at), progress }))
  if (attempt !== job.attempts || job.progress === null || job.progress_at === null) return points
  const newest = { at: Date.parse(job.progress_at), progress: job.progress }
  return newest.at > (points.at(-1)?.at ?? -Infinity) ? [...points, newest] : points
}

/** What of a bar is above its progress, as a path in a box of one by one; null where none was told. */
export function rampOf({ from, to }: Pick<Segment, 'from' | 'to'>, points: readonly Point[], { place }: Pick<TimeScale, 'place'>): string | null {
  const [left, right] = [place(from), place(to)]
  if (points.length === 0 || right <= left) return null
  const share = (at: number): string => Math.min(1, Math.max(0, (place(at) - left) / (right - left))).toFixed(4)
  const height = (progress: number): string => (1 - progress).toFixed(3)
  const along = points.map(({ at, progress }) => `L${share(at)} ${height(progress)}`).join('')
  return `M0 0V1${along}L1 ${height(points.at(-1)?.progress ?? 0)}V0Z`
}
