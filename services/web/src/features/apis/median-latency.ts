// How many times a median something takes: an endpoint that of its API, a request that of its endpoint.
import type { EndpointFigures } from '@/features/apis/figures'
import { count, decimal, duration } from '@/lib/format'

/** The median of fewer says little of any. */
const LEAST_ENDPOINTS = 4
/** What is closer to the median is like it. */
const LEAST_TIMES = 1.5

type Latency = Pick<EndpointFigures, 'requests' | 'p95_latency_ms'>

/** Of the p95 of the endpoints that have requests; null while too few have. */
export function medianLatency(endpoints: readonly Latency[]): number | null {
  const known = endpoints.flatMap(({ requests, p95_latency_ms: ms }) => (requests > 0 && ms !== null ? [ms] : [])).toSorted((a, b) => a - b)
  const [lower, upper] = [known[Math.floor((known.length - 1) / 2)], known[Math.floor(known.length / 2)]]
  return lower === undefined || upper === undefined || known.length < LEAST_ENDPOINTS ? null : (lower + upper) / 2
}

/** A request beside those like it: “3.4× the median, 85 ms”, or the median alone. Null where nobody knows one. */
export function besideMedian(ms: number, median: number | null): string | null {
  if (median === null) return null
  const times = timesMedian(ms, median)
  return times === null ? `median ${duration(median)}` : `${times} the median, ${duration(median)}`
}

/** “2.4×”, where it is that much slower. */
export function timesMedian(ms: number | null, median: number | null): string | null {
  if (ms === null || !median || ms < LEAST_TIMES * median) return null
  const times = ms / median
  return `${times < 10 ? decimal(times) : count(Math.round(times))}×`
}
