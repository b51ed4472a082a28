import * as v from 'valibot'
import { STATUS_CLASSES, type RequestFilter } from '@/features/apis/request-filter'
import { treeViewSearch, UNTOUCHED } from '@/features/jobs/tree-view'
import { optional, optionalText } from '@/lib/search-params'

const millis = v.pipe(v.number(), v.minValue(0))

/** What the pages with a request log keep in the address: the log's filter and the order of the table above it. */
export const requestSearch = v.object({
  method: optionalText,
  path: optionalText,
  status: optional(v.union([v.picklist(STATUS_CLASSES), v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599))])),
  instance_id: optionalText,
  min_latency_ms: optional(millis),
  below_latency_ms: optional(millis),
  min_response_bytes: optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 40))),
  consumer: optionalText,
  /** The request shown beside the log, and how what it led to is looked at. */
  request: optionalText,
  ...treeViewSearch,
  sort: optionalText,
})

export type RequestSearch = v.InferOutput<typeof requestSearch>

export const USUAL_API_SORT = '-requests'

/** Another request beside the log, or none. */
export const showing = (request: string | undefined) => ({ ...UNTOUCHED, request })

/** The API is the page's own name, not a part of the search. */
export const addressOf = ({ method, path, status, instance_id, min_latency_ms, below_latency_ms, min_response_bytes, consumer }: RequestFilter): RequestFilter => ({
  method, path, status, instance_id, min_latency_ms, below_latency_ms, min_response_bytes, consumer,
})
