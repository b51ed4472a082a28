import { infiniteQueryOptions, keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query'
import { withRequest, type LiveRequests } from '@/features/apis/apply-request'
import { originOf } from '@/features/apis/origin-request'
import type { RequestFilter } from '@/features/apis/request-filter'
import type { RequestPlace } from '@/features/apis/request-place'
import type { ApiRequestEvent } from '@/generated/payloads'
import type { EventList } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { LIVE_LIST_LIMIT, WINDOW } from '@/lib/live-rules'
import { windowQuery, type TimeWindow } from '@/lib/range'
import { journalPerClient } from '@/lib/stream/journal'

export type { ApiDetail, ApiEndpoint, ApiInfo, ApiList, ApiOverview, ApiRequestEvent, InstanceOut as ApiInstance, EventList as ApiRequestPage, Trends as ApiTrends } from '@/generated/rest'

export type { RequestFilter } from '@/features/apis/request-filter'

/** Requests as they are told of: a read that was under way is completed from them. */
export const requestJournal = journalPerClient<ApiRequestEvent>()

export const apisQuery = () =>
  queryOptions({
    queryKey: ['apis', 'list'],
    queryFn: ({ signal }) => getJson('/apis', { signal }),
  })

export const apiQuery = (name: string) =>
  queryOptions({
    queryKey: ['apis.api', name],
    queryFn: ({ signal }) => getJson('/apis/{name}', { path: { name }, signal }),
  })

/** Hours turn without a request, too. */
const ACTIVITY_READ_INTERVAL_MS = 60_000

/** The last 24 hours of every API, for a list of them. */
export const apiActivityQuery = () =>
  queryOptions({
    queryKey: ['apis', 'activity'],
    queryFn: ({ signal }) => getJson('/apis/activity', { signal }),
    refetchInterval: ACTIVITY_READ_INTERVAL_MS,
  })

/** The same of each endpoint of one API. */
export const endpointHoursQuery = (name: string) =>
  queryOptions({
    queryKey: ['apis', 'endpoint-hours', name],
    queryFn: ({ signal }) => getJson('/apis/{name}/activity', { path: { name }, signal }),
    refetchInterval: ACTIVITY_READ_INTERVAL_MS,
  })

const asked = ({ status, ...others }: RequestFilter) => ({ ...others, status: status?.toString() })

export const requestsQuery = (filter: RequestFilter) =>
  queryOptions({
    queryKey: ['apis.events', 'live', filter],
    queryFn: ({ client, signal }) =>
      requestJournal(client).during<LiveRequests>(
        async () => {
          const { events, scanned_until } = await getJson('/apis/events', { query: { ...asked(filter), limit: LIVE_LIST_LIMIT }, signal })
          return { events, scanned_until }
        },
        (list, request) => withRequest(list, filter, request),
      ),
  })

/** One line of the log, which does not change; null when it is kept no more. */
export const requestQuery = ({ apiName, at, id }: RequestPlace) =>
  queryOptions({
    queryKey: [WINDOW, 'request', apiName, at, id],
    queryFn: async ({ signal }) => {
      const moment = { after: new Date(at).toISOString(), before: new Date(at + 1).toISOString() }
      const { events, kept_since: keptSince } = await getJson('/apis/events', { query: { api_name: apiName, id, ...moment, limit: 1 }, signal })
      return { request: events[0] ?? null, keptSince }
    },
    staleTime: Infinity,
  })

/** A request is told after its answer, and counted a moment later. */
const TOLD_WITHIN_MS = 60_000
const LOOK_AGAIN_MS = 2000
const MOST_OF_A_TRACE = 100

/** Bodies are told a moment after their request. */
const CAPTURED_WITHIN_MS = 10_000

/** What a request and its answer said, where its API captures them and the key may read payloads. */
export const captureQuery = ({ apiName, at, id }: RequestPlace) =>
  queryOptions({
    queryKey: [WINDOW, 'capture', apiName, id],
    queryFn: ({ signal }) => getJson('/apis/{name}/captures/{request_id}', { path: { name: apiName, request_id: id }, signal }),
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.data?.captured === false && Date.now() - at < CAPTURED_WITHIN_MS ? LOOK_AGAIN_MS : false),
  })

/** The request a job of this trace came from; null where the log has none: it may be sampled, or let go. */
export const originQuery = (traceId: string | null, enqueuedAt: number) =>
  queryOptions({
    queryKey: [WINDOW, 'origin', traceId, enqueuedAt],
    queryFn: async ({ signal }) => {
      const { events } = await getJson('/apis/events', { query: { trace_id: traceId, limit: MOST_OF_A_TRACE }, signal })
      return originOf(events, enqueuedAt)
    },
    enabled: traceId !== null,
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.status === 'success' && state.data === null && Date.now() - enqueuedAt < TOLD_WITHIN_MS ? LOOK_AGAIN_MS : false),
  })

const REQUEST_PAGE = 100

/** A window of the log, page by page, the newest first. */
export const requestPagesQuery = (filter: RequestFilter, shown: TimeWindow) =>
  infiniteQueryOptions({
    queryKey: [WINDOW, 'apis.events', filter, shown.after, shown.before, shown.readAt],
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
      getJson('/apis/events', { query: { ...asked(filter), ...windowQuery(shown), limit: REQUEST_PAGE, cursor: pageParam }, signal }),
    initialPageParam: null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
  })

export const MOST_DOWNLOADED = 100_000
const DOWNLOAD_PAGE = 2000

/** All that the log finds, in pages, the newest first; live all that is kept. */
export async function* readRequests(filter: RequestFilter, shown: TimeWindow | null, signal: AbortSignal): AsyncGenerator<readonly ApiRequestEvent[]> {
  let cursor: string | null = null
  for (let many = 0; many < MOST_DOWNLOADED; many += DOWNLOAD_PAGE) {
    const page: EventList = await getJson('/apis/events', { query: { ...asked(filter), ...(shown ? windowQuery(shown) : {}), limit: DOWNLOAD_PAGE, cursor }, signal })
    yield page.events
    if (page.next_cursor === null) return
    cursor = page.next_cursor
  }
}

export const apiTrendsQuery = (scope: { hours: number }) =>
  queryOptions({
    queryKey: ['apis.trends', scope.hours],
    queryFn: ({ signal }) => getJson('/apis/trends', { query: { hours: scope.hours }, signal }),
    placeholderData: keepPreviousData,
  })

export const liveRequestLists = { queryKey: ['apis.events', 'live'] } as const
type RequestListKey = ReturnType<typeof requestsQuery>['queryKey']
const isRequestListKey = (key: readonly unknown[]): key is RequestListKey => key[0] === 'apis.events' && key[1] === 'live'
/** The filter of every live log there is. */
export const liveRequestFilters = (client: QueryClient): RequestFilter[] =>
  client
    .getQueryCache()
    .findAll(liveRequestLists)
    .map(({ queryKey }) => (isRequestListKey(queryKey) ? queryKey[2] : undefined))
    .filter((filter) => typeof filter === 'object')
