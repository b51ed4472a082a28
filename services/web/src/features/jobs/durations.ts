// How long runs took, by classes of duration.
import type { JobStatus } from '@/features/jobs/api'
import type { DurationClassOut } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import type { DurationClass } from '@/lib/duration-class'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

export const durationsQuery = (scope: { readonly function: string }, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'functions',
    name: 'durations',
    scope,
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/jobs/durations', { query: { ...windowQuery({ after, before }), ...scope }, signal }),
  })

export const runClasses = (durations: readonly DurationClassOut[]): DurationClass[] => durations.map(({ min_duration_ms: least, below_duration_ms: below, count }) => ({ least, below, count }))

interface JobsOfDuration {
  readonly status: JobStatus[]
  readonly min_duration_ms?: number
  readonly below_duration_ms?: number
}

/** The jobs behind a class, as the list is asked for them: a run that was cancelled or is tried again is not counted. */
export const jobsOfDuration = ({ least, below }: DurationClass): JobsOfDuration => ({
  status: ['complete', 'failed'],
  ...(least > 0 && { min_duration_ms: least }),
  ...(below !== null && { below_duration_ms: below }),
})
