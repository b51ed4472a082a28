// Which jobs a list, a count or a bulk action is about, as the query of `/jobs` has it.
import type { JobStatus } from '@/features/jobs/api'

export interface JobFilter {
  readonly status?: readonly JobStatus[] | undefined
  readonly function?: string | undefined
  readonly worker_id?: string | undefined
  /** The worker whose loss interrupted them, whoever took them over. */
  readonly interrupted_by?: string | undefined
  /** Every job of one tree. */
  readonly root_id?: string | undefined
  /** The job that enqueued them, and whether they enqueued others. */
  readonly parent_id?: string | undefined
  readonly has_children?: boolean | undefined
  /** Of one kind of failure: those whose newest error is of it. */
  readonly fingerprint?: string | undefined
  /** What one request led to. */
  readonly trace_id?: string | undefined
  /** What it was enqueued with, that it be enqueued once. */
  readonly idempotency_key?: string | undefined
  /** Where any of its attempts ran, and by which version of the worker's code. */
  readonly pod?: string | undefined
  readonly version?: string | undefined
  /** How long the newest attempt ran: at least so long, and shorter than that. */
  readonly min_duration_ms?: number | undefined
  readonly below_duration_ms?: number | undefined
  /** How long it was waited for, in the same way. */
  readonly min_wait_ms?: number | undefined
  readonly below_wait_ms?: number | undefined
  /** How many attempts began, both ends included. */
  readonly min_attempts?: number | undefined
  readonly max_attempts?: number | undefined
  /** All of these are among its tags. */
  readonly tag?: readonly string[] | undefined
  /** They were given all of these, each `path:value`. */
  readonly argument?: readonly string[] | undefined
  readonly not_function?: readonly string[] | undefined
  /** A job no worker has had is of none of them. */
  readonly not_worker_id?: readonly string[] | undefined
  readonly not_tag?: readonly string[] | undefined
  readonly not_pod?: readonly string[] | undefined
  readonly not_version?: readonly string[] | undefined
  readonly not_root_id?: readonly string[] | undefined
  readonly not_parent_id?: readonly string[] | undefined
  readonly not_fingerprint?: readonly string[] | undefined
  readonly not_trace_id?: readonly string[] | undefined
  readonly not_idempotency_key?: readonly string[] | undefined
  /** Words of an error; one that failed otherwise, or did not, has none of them. */
  readonly not_error?: readonly string[] | undefined
  readonly not_argument?: readonly string[] | undefined
  /** The beginning of an id, words of an error, or `arg.path:value`. */
  readonly q?: string | undefined
}

/** How many tags, or of what is left out, are asked for at once. */
export const MOST_OF_A_KIND = 10
/** More attempts than a job has. */
export const MOST_ATTEMPTS = 1_000_000

/** Of what says more, as an address does, what it says of the jobs. */
export const filterIn = (filter: JobFilter): JobFilter => ({
  status: filter.status,
  function: filter.function,
  worker_id: filter.worker_id,
  interrupted_by: filter.interrupted_by,
  root_id: filter.root_id,
  parent_id: filter.parent_id,
  has_children: filter.has_children,
  fingerprint: filter.fingerprint,
  trace_id: filter.trace_id,
  idempotency_key: filter.idempotency_key,
  pod: filter.pod,
  version: filter.version,
  min_duration_ms: filter.min_duration_ms,
  below_duration_ms: filter.below_duration_ms,
  min_wait_ms: filter.min_wait_ms,
  below_wait_ms: filter.below_wait_ms,
  min_attempts: filter.min_attempts,
  max_attempts: filter.max_attempts,
  tag: filter.tag,
  argument: filter.argument,
  not_function: filter.not_function,
  not_worker_id: filter.not_worker_id,
  not_tag: filter.not_tag,
  not_pod: filter.not_pod,
  not_version: filter.not_version,
  not_root_id: filter.not_root_id,
  not_parent_id: filter.not_parent_id,
  not_fingerprint: filter.not_fingerprint,
  not_trace_id: filter.not_trace_id,
  not_idempotency_key: filter.not_idempotency_key,
  not_error: filter.not_error,
  not_argument: filter.not_argument,
  q: filter.q,
})
