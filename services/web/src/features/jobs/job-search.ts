// What the address of the list of jobs says of the jobs in it.
import * as v from 'valibot'
import { JOB_STATUSES } from '@/features/jobs/api'
import { MOST_ATTEMPTS, MOST_OF_A_KIND, type JobFilter } from '@/features/jobs/job-filter'
import { LONGEST_MS } from '@/lib/duration-text'
import { optional } from '@/lib/search-params'

const text = v.pipe(v.string(), v.maxLength(255))
const several = v.pipe(v.array(text), v.maxLength(MOST_OF_A_KIND))
const millis = v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_MS))
const attempts = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_ATTEMPTS))

export const filterSearch = v.object({
  status: optional(v.array(v.picklist(JOB_STATUSES))),
  function: optional(text),
  worker_id: optional(text),
  interrupted_by: optional(text),
  root_id: optional(text),
  parent_id: optional(text),
  has_children: optional(v.boolean()),
  fingerprint: optional(text),
  trace_id: optional(text),
  idempotency_key: optional(text),
  pod: optional(text),
  version: optional(text),
  min_duration_ms: optional(millis),
  below_duration_ms: optional(millis),
  min_wait_ms: optional(millis),
  below_wait_ms: optional(millis),
  min_attempts: optional(attempts),
  max_attempts: optional(attempts),
  tag: optional(several),
  argument: optional(several),
  not_function: optional(several),
  not_worker_id: optional(several),
  not_tag: optional(several),
  not_pod: optional(several),
  not_version: optional(several),
  not_root_id: optional(several),
  not_parent_id: optional(several),
  not_fingerprint: optional(several),
  not_trace_id: optional(several),
  not_idempotency_key: optional(several),
  not_error: optional(several),
  not_argument: optional(several),
  q: optional(text),
})

/** A filter as the address takes it, whose lists are its own. */
export const inAddress = (filter: JobFilter): v.InferOutput<typeof filterSearch> => ({
  ...filter,
  status: copied(filter.status),
  tag: copied(filter.tag),
  argument: copied(filter.argument),
  not_function: copied(filter.not_function),
  not_worker_id: copied(filter.not_worker_id),
  not_tag: copied(filter.not_tag),
  not_pod: copied(filter.not_pod),
  not_version: copied(filter.not_version),
  not_root_id: copied(filter.not_root_id),
  not_parent_id: copied(filter.not_parent_id),
  not_fingerprint: copied(filter.not_fingerprint),
  not_trace_id: copied(filter.not_trace_id),
  not_idempotency_key: copied(filter.not_idempotency_key),
  not_error: copied(filter.not_error),
  not_argument: copied(filter.not_argument),
})

const copied = <Item>(list: readonly Item[] | undefined): Item[] | undefined => list && [...list]
