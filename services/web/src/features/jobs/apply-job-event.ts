// What an event changes in a job's row, and whether it may: the `seq` rule.
import type { Job, JobPage, JobStatus, Timeline } from '@/features/jobs/api'
import type { JobEvent, JobEventType } from '@/features/jobs/events'
import type { JobFilter } from '@/features/jobs/job-filter'
import { LIVE_LIST_LIMIT } from '@/lib/live-rules'
import { createdAtOf } from '@/lib/names'
import type { LiveEvents } from '@/lib/stream/live'

const millis = (at: string | null): number => (at === null ? -Infinity : Date.parse(at))

/** An event applies if its `seq` is newer than the row's; progress if its `seq` is the row's and it was said later. */
export function isNews(row: Pick<Job, 'seq' | 'progress_at'>, event: JobEvent): boolean {
  if (event.type !== 'job.progress') return event.seq > row.seq
  return event.seq === row.seq && Date.parse(event.at) > millis(row.progress_at)
}

type Known = Pick<Job, 'status' | 'started_at' | 'cancel_requested_at'>
type Changes = { readonly [Type in JobEventType]: (event: LiveEvents[Type], row: Known) => Partial<Job> }

/** How long the newest attempt ran when the event does not say: until the event. */
const ranUntil = (at: string, row: Known): Partial<Job> =>
  row.status === 'active' && row.started_at !== null ? { duration_ms: Math.max(0, Date.parse(at) - Date.parse(row.started_at)) } : {}

// What the service changes at the same moment, as far as the event says it; the last error stays until a success.
const CHANGES: Changes = {
  'job.queued': (e, row) => ({
    status: e.scheduled_at !== undefined && Date.parse(e.scheduled_at) > Date.parse(e.at) ? 'pending' : 'queued',
    scheduled_at: e.scheduled_at ?? null,
    ...(e.priority === undefined ? {} : { priority: e.priority }),
    ...ranUntil(e.at, row),
  }),
  'job.started': (e) => ({
    status: 'active',
    worker_id: e.worker_id,
    attempts: e.attempt,
    max_retries: e.max_retries,
    started_at: e.started_at,
    queue_wait_ms: e.queue_wait_ms ?? null,
    duration_ms: null,
    progress: null,
    progress_at: null,
  }),
  'job.progress': (e) => ({ progress: e.progress, progress_at: e.at }),
  'job.completed': (e) => ({
    status: 'complete',
    completed_at: e.completed_at,
    duration_ms: e.duration_ms ?? null,
    attempts: e.attempt,
    worker_id: e.worker_id,
    error: null,
    error_type: null,
    error_fingerprint: null,
  }),
  'job.failed': (e) => ({
    status: 'failed',
    completed_at: e.failed_at,
    duration_ms: e.duration_ms ?? null,
    attempts: e.attempt,
    error: e.error,
    error_type: e.error_type ?? null,
    error_fingerprint: e.error_fingerprint ?? null,
  }),
  'job.retrying': (e, row) => ({ status: 'retrying', attempts: e.attempt, error: e.error, ...ranUntil(e.at, row) }),
  'job.cancelled': (e, row) => ({
    status: 'cancelled',
    completed_at: e.cancelled_at,
    // Of a job that waited, the wish and its fulfilment are one moment.
    ...(row.status === 'active' ? {} : { cancel_requested_at: row.cancel_requested_at ?? e.cancelled_at }),
    ...ranUntil(e.at, row),
  }),
}

const changesOf = <Type extends JobEventType>(type: Type, event: LiveEvents[Type], row: Known): Partial<Job> => CHANGES[type](event, row)

export function applyJobEvent<Row extends Job>(row: Row, event: JobEvent): Row {
  return isNews(row, event) ? { ...row, seq: event.seq, ...changesOf(event.type, event, row) } : row
}

const JOB_TYPES: Record<string, string> = { cron: 'cron', event: 'event' }

/** A row for a job first heard of by an event: what the event does not say is null until REST says it. */
function rowFrom(event: Exclude<JobEvent, { type: 'job.progress' }>): Job {
  const trigger = event.type === 'job.queued' ? event.trigger : null
  const row: Job = {
    id: event.job_id,
    function: event.function,
    function_name: event.function_name,
    job_type: trigger === null ? null : (JOB_TYPES[trigger] ?? 'task'),
    source: trigger === null || trigger === 'interrupted' ? null : { type: trigger },
    status: 'queued',
    created_at: createdAtOf(event.job_id),
    scheduled_at: null,
    started_at: null,
    completed_at: null,
    attempts: 'attempt' in event && event.worker_id !== undefined ? event.attempt : 0,
    max_retries: null,
    cancel_requested_at: null,
    retried_from: null,
    error_type: null,
    error_fingerprint: null,
    timeout: null,
    priority: null,
    // Each says the worker of the newest attempt, where there was one; only an interruption does not say which attempt.
    worker_id: event.worker_id ?? null,
    parent_id: event.parent_id ?? null,
    root_id: event.root_id,
    progress: null,
    progress_at: null,
    interruptions: null,
    kwargs: null,
    tags: null,
    checkpoint: null,
    checkpoint_at: null,
    result: null,
    error: null,
    queue_wait_ms: null,
    duration_ms: null,
    trace_id: event.trace_id ?? null,
    seq: event.seq,
  }
  return { ...row, ...changesOf(event.type, event, row) }
}

type Filtered = Pick<Job, 'status' | 'function' | 'worker_id' | 'root_id' | 'parent_id' | 'error_fingerprint' | 'trace_id' | 'duration_ms' | 'queue_wait_ms' | 'attempts' | 'tags'>

export const isWithin = (filter: JobFilter, job: Filtered): boolean =>
  hasStatus(filter, job.status) &&
  isBetween(job.duration_ms, filter.min_duration_ms, filter.below_duration_ms) &&
  isBetween(job.queue_wait_ms, filter.min_wait_ms, filter.below_wait_ms) &&
  job.attempts >= (filter.min_attempts ?? 0) &&
  job.attempts <= (filter.max_attempts ?? Infinity) &&
  hasTags(filter, job.tags) &&
  !filter.not_function?.includes(job.function) &&
  !isAmong(filter.not_worker_id, job.worker_id) &&
  !isAmong(filter.not_root_id, job.root_id) &&
  !isAmong(filter.not_parent_id, job.parent_id) &&
  !isAmong(filter.not_trace_id, job.trace_id) &&
  !isAmong(filter.not_fingerprint, job.error_fingerprint) &&
  (filter.parent_id === undefined || filter.parent_id === job.parent_id) &&
  (filter.root_id === undefined || filter.root_id === job.root_id) &&
  (filter.trace_id === undefined || filter.trace_id === job.trace_id) &&
  (filter.function === undefined || filter.function === job.function) &&
  (filter.fingerprint === undefined || filter.fingerprint === job.error_fingerprint) &&
  (filter.worker_id === undefined || filter.worker_id === job.worker_id)

/** What a job has none of is not among any. */
const isAmong = (those: readonly string[] | undefined, one: string | null): boolean => one !== null && (those?.includes(one) ?? false)

const hasStatus = (filter: JobFilter, status: JobStatus): boolean =>
  filter.status === undefined || filter.status.length === 0 || filter.status.includes(status)

/** A job that runs, or has not run yet, has no duration, one that never began no wait: it is neither long enough nor short enough. */
const isBetween = (ms: number | null, least: number | undefined, below: number | undefined): boolean =>
  (least === undefined && below === undefined) || (ms !== null && ms >= (least ?? 0) && ms < (below ?? Infinity))

const hasTags = ({ tag = [], not_tag = [] }: JobFilter, tags: readonly string[] | null): boolean =>
  tag.every((one) => tags?.includes(one)) && !not_tag.some((one) => tags?.includes(one))

const isByDuration = ({ min_duration_ms, below_duration_ms }: JobFilter): boolean => min_duration_ms !== undefined || below_duration_ms !== undefined
const isByWait = ({ min_wait_ms, below_wait_ms }: JobFilter): boolean => min_wait_ms !== undefined || below_wait_ms !== undefined
const isByAttempts = ({ min_attempts, max_attempts }: JobFilter): boolean => min_attempts !== undefined || max_attempts !== undefined
const isByWorker = ({ worker_id, not_worker_id }: JobFilter): boolean => worker_id !== undefined || not_worker_id !== undefined
/** By something that changes: a job may come into the list, or leave it, by what happens to it. */
const isByChange = (filter: JobFilter): boolean =>
  (filter.status?.length ?? 0) > 0 || isByDuration(filter) || isByWait(filter) || isByAttempts(filter) || isByWorker(filter)

const isInterruption = (event: JobEvent): boolean => event.type === 'job.queued' && event.trigger === 'interrupted'

/** It ends an attempt and does not say how long that was, which follows from when it began: only its row knows. */
const saysNoDuration = (event: JobEvent): boolean =>
  event.type === 'job.retrying' || event.type === 'job.cancelled' || isInterruption(event)

/** How long was waited is said when it begins to run; before that, nobody waited to the end. */
const saysNoWait = (event: JobEvent): boolean => event.type !== 'job.started' && (event.type !== 'job.queued' || isInterruption(event))

/** What no event says: what a query finds, whose loss interrupted what, the kind of a failure, tags, keys, arguments, children, where attempts ran. */
const ASKED_FOR = [
  'q',
  'not_error',
  'argument',
  'not_argument',
  'interrupted_by',
  'fingerprint',
  'not_fingerprint',
  'has_children',
  'tag',
  'not_tag',
  'idempotency_key',
  'not_idempotency_key',
  'pod',
  'version',
  'not_pod',
  'not_version',
] as const satisfies readonly (keyof JobFilter)[]

/** Only the server can tell. */
const isAskedFor = (filter: JobFilter): boolean => ASKED_FOR.some((name) => filter[name] !== undefined)

/** Whether it is left to the server if the job belongs into the list, of which the event is all that is known. */
const isUntold = (filter: JobFilter, event: JobEvent): boolean =>
  isAskedFor(filter) ||
  (isByDuration(filter) && saysNoDuration(event)) ||
  (isByWait(filter) && saysNoWait(event)) ||
  (isByAttempts(filter) && isInterruption(event))

/** A child of another job: that one has children now, whatever is listed. */
const makesParent = ({ has_children }: JobFilter, event: JobEvent): boolean => has_children !== undefined && event.type === 'job.queued' && event.parent_id !== undefined

/** Whether an event may move what is counted or listed under a filter, its status aside. */
export const concerns = (filter: JobFilter, event: JobEvent): boolean => makesParent(filter, event) || isAbout(filter, event)

const isAbout = (filter: JobFilter, event: JobEvent): boolean =>
  (filter.function === undefined || filter.function === event.function) &&
  (filter.root_id === undefined || filter.root_id === event.root_id) &&
  (filter.trace_id === undefined || filter.trace_id === event.trace_id) &&
  !filter.not_function?.includes(event.function) &&
  !isAmong(filter.not_root_id, event.root_id) &&
  !isAmong(filter.not_trace_id, event.trace_id ?? null) &&
  !isAmong(filter.not_parent_id, event.parent_id ?? null) &&
  (filter.parent_id === undefined || filter.parent_id === event.parent_id) &&
  (filter.worker_id === undefined || !('worker_id' in event) || event.worker_id === filter.worker_id)

/** What these events change in a row they do not say: the result, how often it was interrupted. */
export const saysLess = (event: JobEvent): boolean => event.type === 'job.completed' || isInterruption(event)

/** An attempt begins, and no event says where: it may be in a pod, or of a version, that is left out. */
const mayLeaveByPlace = ({ not_pod, not_version }: JobFilter, event: JobEvent): boolean => event.type === 'job.started' && (not_pod !== undefined || not_version !== undefined)

/** It failed, and no event says of which kind: it may be one that is left out. */
const mayLeaveByError = ({ not_fingerprint, not_error }: JobFilter, event: JobEvent): boolean =>
  (event.type === 'job.failed' || event.type === 'job.retrying') && (not_fingerprint !== undefined || not_error !== undefined)

/** Whether the list has to be read after the event: a row was made or changed of what the event says alone, the list has room for one it does not know, or only the server can tell. */
export function isToRead(before: JobPage, after: JobPage, filter: JobFilter, event: JobEvent): boolean {
  const was = before.jobs.some((job) => job.id === event.job_id)
  const is = after.jobs.some((job) => job.id === event.job_id)
  if (was !== is) return is || after.has_more
  if (was) return before !== after && (saysLess(event) || mayLeaveByPlace(filter, event) || mayLeaveByError(filter, event))
  return event.type !== 'job.progress' && isUntold(filter, event) && concerns(filter, event)
}

/** The live list after one event: its row changed in place, gone where it left the filter, new where it entered. */
export function applyToPage(page: JobPage, filter: JobFilter, event: JobEvent): JobPage {
  const index = page.jobs.findIndex((job) => job.id === event.job_id)
  const row = page.jobs[index]
  return row ? changeRow(page, filter, row, event) : addRow(page, filter, event)
}

function changeRow(page: JobPage, filter: JobFilter, row: Job, event: JobEvent): JobPage {
  const changed = applyJobEvent(row, event)
  if (changed === row) return page
  if (isWithin(filter, changed)) return { ...page, jobs: page.jobs.map((job) => (job === row ? changed : job)) }
  return { ...page, jobs: page.jobs.filter((job) => job !== row), total: page.total - 1 }
}

function addRow(page: JobPage, filter: JobFilter, event: JobEvent): JobPage {
  if (event.type === 'job.progress') return page
  const row = rowFrom(event)
  const oldest = page.jobs.at(-1)
  const fits = !page.has_more || oldest === undefined || row.id > oldest.id
  if (!fits || isUntold(filter, event) || !isWithin(filter, row)) return page
  // Ids begin with their time of creation: descending by id is newest first.
  const at = page.jobs.findIndex((job) => job.id < row.id)
  const jobs = at === -1 ? [...page.jobs, row] : page.jobs.toSpliced(at, 0, row)
  const isNew = event.type === 'job.queued' && event.seq === 1
  return {
    ...page,
    jobs: jobs.slice(0, LIVE_LIST_LIMIT),
    total: page.total + (isNew || isByChange(filter) ? 1 : 0),
    has_more: page.has_more || jobs.length > LIVE_LIST_LIMIT,
  }
}

/** Rows that are known, after one event: none comes, none goes. */
export function applyToRows<Rows extends { readonly jobs: readonly Job[] }>(rows: Rows, event: JobEvent): Rows {
  const row = rows.jobs.find((job) => job.id === event.job_id)
  const changed = row && applyJobEvent(row, event)
  return changed === row ? rows : { ...rows, jobs: rows.jobs.map((job) => (job === row && changed ? changed : job)) }
}

/** A tree after one event: its row changed in place, or a new job of the tree at its place in time. */
export function applyToTimeline(timeline: Timeline, event: JobEvent): Timeline {
  const row = timeline.jobs.find((job) => job.id === event.job_id)
  if (row) return applyToRows(timeline, event)
  // Of a tree that is not wholly read, what comes after the last row read stays unread.
  if (event.type === 'job.progress' || timeline.has_more) return timeline
  const total = timeline.total + 1
  const at = timeline.jobs.findIndex((job) => job.id > event.job_id)
  return { ...timeline, total, jobs: at === -1 ? [...timeline.jobs, rowFrom(event)] : timeline.jobs.toSpliced(at, 0, rowFrom(event)) }
}
