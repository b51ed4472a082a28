// What a request that is told of changes in a live log.
import { isWithinRequests, type RequestFilter } from '@/features/apis/request-filter'
import type { ApiRequestEvent } from '@/generated/payloads'
import { LIVE_LIST_LIMIT } from '@/lib/live-rules'

/** The newest requests. How many there are in all is not known live: the feed leaves some out. */
export interface LiveRequests {
  readonly events: readonly ApiRequestEvent[]
  /** Where a search stopped at its limit; null when it looked at all there is. */
  readonly scanned_until: string | null
}

export function withRequest(list: LiveRequests, filter: RequestFilter, request: ApiRequestEvent): LiveRequests {
  if (!isWithinRequests(filter, request)) return list
  if (list.events.some((one) => one.id === request.id)) return list
  return { ...list, events: [request, ...list.events].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, LIVE_LIST_LIMIT) }
}
