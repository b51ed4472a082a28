// How long runs took, by classes of duration.
import type { JobStatus } from '@/features/jobs/api'
import type { DurationClassOut as DurationClass } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { durationText } from '@/lib/duration-text'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

export type { DurationClassOut as DurationClass } from '@/generated/rest'

export const durationsQuery = (scope: { readonly function: string }, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'functions',
    name: 'durations',
    scope,
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/jobs/durations', { query: { ...windowQuery({ after, before }), ...scope }, signal }),
  })

export function classText({ min_duration_ms: least, below_duration_ms: below }: DurationClass): string {
  if (below === null) return `${durationText(least)} and more`
  return least === 0 ? `under ${durationText(below)}` : `${durationText(least)} – ${durationText(below)}`
}

interface JobsOfDuration {
  readonly status: JobStatus[]
  readonly min_duration_ms?: number
  readonly below_duration_ms?: number
}

/** The jobs behind a class, as the list is asked for them: a run that was cancelled or is tried again is not counted. */
export const jobsOfDuration = ({ min_duration_ms: least, below_duration_ms: below }: DurationClass): JobsOfDuration => ({
  status: ['complete', 'failed'],
  ...(least > 0 && { min_duration_ms: least }),
  ...(below !== null && { below_duration_ms: below }),
})

export const mostIn = (classes: readonly DurationClass[]): number => Math.max(0, ...classes.map(({ count }) => count))

/** How many percent of all runs were over by the end of a class. */
export function reachedBy(classes: readonly DurationClass[], place: number): number {
  const upTo = (end: number): number => classes.slice(0, end).reduce((sum, { count }) => sum + count, 0)
  return (100 * upTo(place + 1)) / upTo(classes.length)
}
