// The payloads of `events`, `jobs.trends` and `artifacts`, as they come.
import type { Artifact, JobTrends } from '@/features/jobs/api'

interface JobFact {
  event_id: string
  job_id: string
  root_id: string
  parent_id?: string
  trace_id?: string
  function: string
  function_name: string
  at: string
  seq: number
}

export interface JobQueued extends JobFact {
  type: 'job.queued'
  queued_at: string
  scheduled_at?: string
  priority?: number
  trigger: string
  worker_id?: string
}
export interface JobStarted extends JobFact {
  type: 'job.started'
  worker_id: string
  attempt: number
  max_retries: number
  started_at: string
  queue_wait_ms?: number
}
export interface JobProgress extends JobFact {
  type: 'job.progress'
  worker_id: string
  attempt: number
  progress: number
  message?: string
}
export interface JobCompleted extends JobFact {
  type: 'job.completed'
  worker_id: string
  attempt: number
  completed_at: string
  duration_ms?: number
}
export interface JobFailed extends JobFact {
  type: 'job.failed'
  worker_id?: string
  attempt: number
  failed_at: string
  duration_ms?: number
  error: string
  error_type?: string
  error_fingerprint?: string
}
export interface JobRetrying extends JobFact {
  type: 'job.retrying'
  worker_id?: string
  attempt: number
  next_attempt: number
  retry_at: string
  delay_ms: number
  error: string
}
export interface JobCancelled extends JobFact {
  type: 'job.cancelled'
  worker_id?: string
  attempt?: number
  cancelled_at: string
  reason?: string
}

export type JobEvent = JobQueued | JobStarted | JobProgress | JobCompleted | JobFailed | JobRetrying | JobCancelled

export interface JobTrendsSnapshot {
  type: 'jobs.trends.snapshot'
  event_id: string
  at: string
  trends: JobTrends
}

export interface ArtifactEvent {
  type: 'artifact.created' | 'artifact.deleted'
  event_id: string
  at: string
  job_id: string
  artifact_id: string
  artifact: Artifact | null
}

export interface JobsEvents {
  'job.queued': JobQueued
  'job.started': JobStarted
  'job.progress': JobProgress
  'job.completed': JobCompleted
  'job.failed': JobFailed
  'job.retrying': JobRetrying
  'job.cancelled': JobCancelled
  'jobs.trends.snapshot': JobTrendsSnapshot
  'artifact.created': ArtifactEvent
  'artifact.deleted': ArtifactEvent
}
