// What the address of the list of jobs says of the jobs in it.
import * as v from 'valibot'
import { JOB_STATUSES } from '@/features/jobs/api'
import { LONGEST_MS } from '@/lib/duration-text'
import { optional } from '@/lib/search-params'

const text = v.pipe(v.string(), v.maxLength(255))
const millis = v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_MS))

export const filterSearch = v.object({
  status: optional(v.array(v.picklist(JOB_STATUSES))),
  function: optional(text),
  worker_id: optional(text),
  interrupted_by: optional(text),
  root_id: optional(text),
  fingerprint: optional(text),
  trace_id: optional(text),
  min_duration_ms: optional(millis),
  below_duration_ms: optional(millis),
  q: optional(text),
})
