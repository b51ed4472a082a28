// Builders that speak states.
import type { Attempt, Job, JobDetail, JobPage } from '@/features/jobs/api'
import type { JobCancelled, JobCompleted, JobProgress, JobQueued, JobRetrying, JobStarted } from '@/generated/payloads'

export const jobId = (n: number): string => `job_01ARZ3NDEKTSV4RRFFQ69G5${String(n).padStart(3, '0')}`

export const aJob = (change: Partial<Job> = {}): Job => ({
  id: jobId(1),
  function: 'resize',
  function_name: 'Resize',
  job_type: 'task',
  source: { type: 'api' },
  status: 'queued',
  created_at: '2026-01-01T10:00:00.000Z',
  scheduled_at: null,
  started_at: null,
  completed_at: null,
  seq: 1,
  attempts: 0,
  max_retries: 5,
  cancel_requested_at: null,
  retried_from: null,
  error_type: null,
  error_fingerprint: null,
  timeout: 30,
  priority: 5,
  worker_id: null,
  parent_id: null,
  root_id: jobId(1),
  progress: null,
  progress_at: null,
  interruptions: 0,
  kwargs: { image_id: 42 },
  tags: [],
  checkpoint: null,
  checkpoint_at: null,
  result: null,
  error: null,
  queue_wait_ms: null,
  duration_ms: null,
  trace_id: null,
  ...change,
})

export const aJobDetail = (change: Partial<JobDetail> = {}): JobDetail => ({ ...aJob(), attempts_log: [], traceback: null, logs_url: '', reason: null, cancel_reason: null, ...change })

export const anAttempt = (change: Partial<Attempt> = {}): Attempt => ({
  attempt: 1,
  worker_id: 'shop-1',
  pod: null,
  version: null,
  started_at: '2026-01-01T10:00:00Z',
  ended_at: '2026-01-01T10:00:01Z',
  outcome: 'failure',
  queue_wait_ms: 3,
  duration_ms: 1000,
  error: null,
  error_type: null,
  error_fingerprint: null,
  traceback: null,
  has_locals: false,
  locals: null,
  reason: null,
  progress_log: [],
  ...change,
})

export const aPage = (...jobs: Job[]): JobPage => ({ jobs, total: jobs.length, total_exact: true, has_more: false, next_cursor: null, scanned_until: null })

const fact = (seq: number, id: string) => ({
  event_id: `${id}-${String(seq)}`,
  job_id: id,
  root_id: id,
  function: 'resize',
  function_name: 'Resize',
  at: '2026-01-01T10:00:05.000Z',
  seq,
})

export const queued = (seq = 1, id = jobId(1)): JobQueued => ({
  ...fact(seq, id),
  type: 'job.queued',
  queued_at: '2026-01-01T10:00:00.000Z',
  scheduled_at: '2026-01-01T10:00:00.000Z',
  priority: 5,
  trigger: 'api',
})

export const started = (seq = 2, id = jobId(1)): JobStarted => ({
  ...fact(seq, id),
  type: 'job.started',
  worker_id: 'w-1',
  attempt: 1,
  max_retries: 5,
  started_at: '2026-01-01T10:00:05.000Z',
  queue_wait_ms: 40,
})

export const progress = (value: number, seq = 2, at = '2026-01-01T10:00:06.000Z'): JobProgress => ({
  ...fact(seq, jobId(1)),
  type: 'job.progress',
  worker_id: 'w-1',
  attempt: 1,
  max_retries: 5,
  progress: value,
  at,
})

export const completed = (seq = 3, id = jobId(1)): JobCompleted => ({
  ...fact(seq, id),
  type: 'job.completed',
  worker_id: 'w-1',
  attempt: 1,
  max_retries: 5,
  completed_at: '2026-01-01T10:00:07.000Z',
  duration_ms: 2000,
})

export const retrying = (seq = 3, id = jobId(1)): JobRetrying => ({
  ...fact(seq, id),
  type: 'job.retrying',
  worker_id: 'w-1',
  attempt: 1,
  max_retries: 5,
  current_attempt: 1,
  next_attempt: 2,
  retry_at: '2026-01-01T10:00:08.000Z',
  delay_ms: 1000,
  error: 'boom',
})

/** Before it ran. */
export const cancelled = (seq = 2, id = jobId(1)): JobCancelled => ({
  ...fact(seq, id),
  type: 'job.cancelled',
  attempt: 1,
  max_retries: 5,
  cancelled_at: '2026-01-01T10:00:05.000Z',
})

export const interrupted = (seq = 3, id = jobId(1)): JobQueued => ({ ...queued(seq, id), trigger: 'interrupted', worker_id: 'w-1' })
