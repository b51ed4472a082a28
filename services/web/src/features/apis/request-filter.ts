import type { ApiEndpoint, ApiRequestEvent } from '@/generated/payloads'
import { spanText } from '@/lib/duration-class'
import { bytes } from '@/lib/format'

export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const
export type StatusClass = (typeof STATUS_CLASSES)[number]

/** What the request log may be narrowed to; all of it is asked of the server, and of what the stream brings. */
export interface RequestFilter {
  readonly api_name?: string | undefined
  readonly method?: string | undefined
  readonly path?: string | undefined
  /** One, or all of a class. */
  readonly status?: number | StatusClass | undefined
  readonly instance_id?: string | undefined
  readonly min_latency_ms?: number | undefined
  readonly below_latency_ms?: number | undefined
  readonly min_response_bytes?: number | undefined
  readonly consumer?: string | undefined
}

const FIELDS = ['api_name', 'method', 'path', 'instance_id', 'consumer'] as const

export const isWithinRequests = (filter: RequestFilter, request: Pick<ApiRequestEvent, (typeof FIELDS)[number] | 'status' | 'latency_ms' | 'response_bytes'>): boolean =>
  FIELDS.every((field) => filter[field] === undefined || filter[field] === request[field]) &&
  hasStatus(filter.status, request.status) &&
  request.latency_ms >= (filter.min_latency_ms ?? 0) &&
  request.latency_ms < (filter.below_latency_ms ?? Infinity) &&
  (request.response_bytes ?? -1) >= (filter.min_response_bytes ?? -1)

const hasStatus = (wanted: RequestFilter['status'], status: number): boolean =>
  typeof wanted === 'string' ? Number(wanted[0]) === Math.floor(status / 100) : wanted === undefined || wanted === status

/** A status as it is typed; null while it is none yet. */
export const statusOf = (typed: string): number | StatusClass | null =>
  STATUS_CLASSES.find((one) => one === typed.toLowerCase()) ?? (/^[1-5]\d\d$/.test(typed) ? Number(typed) : null)

export type Endpoint = Pick<ApiEndpoint, 'method' | 'path'>
/** What matched no route, and what is beyond the routes that are told apart, is one row each, of any method. */
const ANY = '*'
export const endpointText = ({ method, path }: Endpoint): string => (method === ANY ? path : `${method} ${path}`)
/** An endpoint's requests in the log; null for those of many routes, which the log knows by their own. */
export function requestsOf({ method, path }: Endpoint): RequestFilter | null {
  if (method !== ANY) return { method, path }
  return path === '(unmatched)' ? { method: undefined, path } : null
}

/**
 * The endpoint a log is narrowed to; null where it is to none. One that nobody asked lately is not listed, but where some are
 * counted together, one that is not listed may be among them.
 */
export function endpointOf({ method, path }: RequestFilter, endpoints: readonly Endpoint[]): Endpoint | null {
  const listed = endpoints.find((one) => {
    const requests = requestsOf(one)
    return requests !== null && requests.method === method && requests.path === path
  })
  if (listed) return listed
  if (method === undefined || !path?.startsWith('/')) return null
  return endpoints.some((one) => requestsOf(one) === null) ? null : { method, path }
}

export const WITHOUT_LATENCY = { min_latency_ms: undefined, below_latency_ms: undefined } as const satisfies RequestFilter
/** The filter by latency in words; null where there is none. */
export const latencyText = ({ min_latency_ms: least, below_latency_ms: below }: RequestFilter): string | null => spanText('Took', least, below)

/** Sizes of an answer the log may be narrowed to: that much, or more. */
export const RESPONSE_SIZES = [1024, 10 * 1024, 100 * 1024, 1024 ** 2, 10 * 1024 ** 2] as const

/** The narrowest filter of the log, the first to drop when nothing is left; the API itself is the page. */
export function narrowestRequests(filter: RequestFilter): { name: string; without: RequestFilter } | null {
  if (filter.instance_id !== undefined) return { name: `instance ${filter.instance_id}`, without: { ...filter, instance_id: undefined } }
  if (filter.consumer !== undefined) return { name: `consumer ${filter.consumer}`, without: { ...filter, consumer: undefined } }
  const took = latencyText(filter)
  if (took !== null) return { name: took, without: { ...filter, ...WITHOUT_LATENCY } }
  const { min_response_bytes: least } = filter
  if (least !== undefined) return { name: `answers of at least ${bytes(least)}`, without: { ...filter, min_response_bytes: undefined } }
  if (filter.status !== undefined) return { name: `status ${String(filter.status)}`, without: { ...filter, status: undefined } }
  if (filter.path !== undefined) return { name: `path ${filter.path}`, without: { ...filter, path: undefined } }
  if (filter.method !== undefined) return { name: `method ${filter.method}`, without: { ...filter, method: undefined } }
  return null
}
