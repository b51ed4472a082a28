// What the feed has of a fact: as a stream tells it, and as REST shows what has been. Both call one fact by one id.
import type { FeedItem } from '@/features/dashboard/feed'
import type { Job } from '@/features/jobs/api'
import type { JobEvent } from '@/features/jobs/events'
import type { ApiRequestEvent } from '@/generated/rest'
import { duration, share } from '@/lib/format'

const KINDS: Readonly<Record<JobEvent['type'], string>> = {
  'job.queued': 'queued',
  'job.started': 'active',
  'job.progress': 'progress',
  'job.completed': 'complete',
  'job.failed': 'failed',
  'job.retrying': 'retrying',
  'job.cancelled': 'cancelled',
}

/** A job's state has the number of the event that brought it; progress has none of its own. */
const stateId = (jobId: string, seq: number): string => `${jobId} ${String(seq)}`

export const itemOfJobEvent = (event: JobEvent): FeedItem => ({
  id: event.type === 'job.progress' ? event.event_id : stateId(event.job_id, event.seq),
  at: event.at,
  subject: event.function_name,
  link: { jobId: event.job_id, functionKey: event.function },
  kind: KINDS[event.type],
  detail: detailOfEvent(event),
  status: null,
})

function detailOfEvent(event: JobEvent): string | null {
  switch (event.type) {
    case 'job.progress':
      return [share(event.progress), event.message].filter(Boolean).join(' · ')
    case 'job.completed':
      return duration(event.duration_ms)
    case 'job.failed':
    case 'job.retrying':
      return event.error
    case 'job.started':
      return `waited ${duration(event.queue_wait_ms)}`
    case 'job.queued':
      return sourceWord(event.trigger)
    case 'job.cancelled':
      return event.reason ?? null
  }
}

const sourceWord = (type: string | undefined): string | null => (type === 'cron' ? 'schedule' : (type ?? null))

/** The newest fact of a job; null where its row does not tell when that was. */
export function itemOfJob(job: Job): FeedItem | null {
  const at = stateSince(job)
  if (at === null) return null
  return {
    id: stateId(job.id, job.seq),
    at,
    subject: job.function_name ?? job.function,
    link: { jobId: job.id, functionKey: job.function },
    kind: job.status,
    detail: detailOfJob(job),
    status: null,
  }
}

function stateSince(job: Job): string | null {
  switch (job.status) {
    case 'complete':
    case 'failed':
    case 'cancelled':
      return job.completed_at
    case 'active':
      return job.started_at
    case 'queued':
      // One that was queued again, after a retry or a lost worker, does not say when.
      return job.attempts === 0 ? job.created_at : null
    default:
      return null
  }
}

function detailOfJob(job: Job): string | null {
  switch (job.status) {
    case 'complete':
      return duration(job.duration_ms)
    case 'failed':
      return job.error
    case 'active':
      return `waited ${duration(job.queue_wait_ms)}`
    case 'queued':
      return sourceWord(job.source?.type)
    default:
      return null
  }
}

export const itemOfRequest = (request: ApiRequestEvent): FeedItem => ({
  id: `${request.api_name} ${request.id}`,
  at: request.at,
  subject: `${request.method} ${request.path}`,
  link: { apiName: request.api_name },
  kind: `${String(Math.floor(request.status / 100))}xx`,
  detail: duration(request.latency_ms),
  status: request.status,
})
