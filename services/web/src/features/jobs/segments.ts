// A job's life as stretches of time: waiting for its time, for a worker, running, waiting for a retry.
import type { Attempt, Job } from '@/features/jobs/api'

export type SegmentKind = 'scheduled' | 'queued' | 'running' | 'retry-wait' | 'earlier'

export interface Segment {
  readonly kind: SegmentKind
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
  readonly attempt: number | null
  /** How a run ended; null while it runs, and of every wait. */
  readonly outcome: string | null
  readonly isOpen: boolean
}

export interface Run {
  readonly attempt: number
  readonly queuedAt: number
  readonly startedAt: number
  readonly endedAt: number | null
  readonly outcome: string | null
}

const at = (text: string): number => Date.parse(text)

const OUTCOME_OF: Partial<Record<Job['status'], string>> = {
  complete: 'success',
  failed: 'failure',
  retrying: 'failure',
  cancelled: 'cancelled',
  queued: 'interrupted',
}

/** The runs of a job: all of them where its attempts are known, else the newest, which its row tells. */
export function runsOf(job: Job, attempts: readonly Attempt[] | null): Run[] {
  const known = (attempts ?? []).flatMap((one) =>
    one.started_at === null
      ? []
      : [run(one.attempt, at(one.started_at), one.queue_wait_ms, one.ended_at === null ? null : at(one.ended_at), one.outcome)],
  )
  const newest = known.at(-1)
  if (job.started_at === null || job.attempts === 0) return known
  // Events move the row at once; the attempts are read again a moment later.
  if (newest && newest.attempt >= job.attempts && (newest.endedAt !== null || job.status === 'active')) return known
  const others = known.filter((one) => one.attempt < job.attempts)
  return [...others, run(job.attempts, at(job.started_at), job.queue_wait_ms, endOfNewest(job), job.status === 'active' ? null : (OUTCOME_OF[job.status] ?? null))]
}

const run = (attempt: number, startedAt: number, waitMs: number | null, endedAt: number | null, outcome: string | null): Run => ({
  attempt,
  queuedAt: startedAt - (waitMs ?? 0),
  startedAt,
  endedAt,
  outcome,
})

function endOfNewest(job: Job): number | null {
  if (job.status === 'active' || job.started_at === null) return null
  if (job.duration_ms !== null) return at(job.started_at) + job.duration_ms
  return job.completed_at === null ? at(job.started_at) : at(job.completed_at)
}

/** From its creation to its end, or to `now`, without holes. */
export function segmentsOf(job: Job, attempts: readonly Attempt[] | null, now: number): Segment[] {
  if (job.created_at === null) return []
  const segments: Segment[] = []
  let cursor = at(job.created_at)
  const until = (kind: SegmentKind, to: number, more: Partial<Segment> = {}): void => {
    const end = Math.max(to, cursor)
    if (end > cursor || kind === 'running') segments.push({ kind, from: cursor, to: end, attempt: null, outcome: null, isOpen: false, ...more })
    cursor = end
  }
  const runs = runsOf(job, attempts)
  runs.forEach(({ attempt, queuedAt, startedAt, endedAt, outcome }, index) => {
    until(index > 0 ? 'retry-wait' : attempt > 1 ? 'earlier' : 'scheduled', queuedAt)
    until('queued', startedAt)
    until('running', endedAt ?? now, { attempt, outcome, isOpen: endedAt === null })
  })
  const end = job.completed_at === null ? now : at(job.completed_at)
  if (job.status === 'retrying') until('retry-wait', end, { isOpen: true })
  else if (job.status === 'pending') until('scheduled', end, { isOpen: true })
  else if (job.status === 'queued') {
    if (runs.length === 0 && job.scheduled_at !== null) until('scheduled', Math.min(at(job.scheduled_at), now))
    until('queued', end, { isOpen: true })
  } else if (job.status === 'cancelled') until(runs.length > 0 ? 'retry-wait' : 'queued', end)
  return segments
}
