import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { withRequest, type LiveRequests } from '@/features/apis/apply-request'
import type { RequestFilter } from '@/features/apis/request-filter'
import type { ApiDetail, ApiList, ApiRequestEvent, ApiTrends } from '@/generated/payloads'
import { getJson } from '@/lib/api-client'
import { LIVE_LIST_LIMIT, WINDOW } from '@/lib/live-rules'
import { windowQuery, type TimeWindow } from '@/lib/range'
import { journalPerClient } from '@/lib/stream/journal'

export type { ApiDetail, ApiEndpoint, ApiInfo, ApiInstance, ApiList, ApiOverview, ApiRequestEvent, ApiTrends } from '@/generated/payloads'

export interface ApiRequestPage extends LiveRequests {
  total: number | null
  total_exact?: boolean
  has_more: boolean
  next_cursor: string | null
  /** What came before has been let go. */
  kept_since: string
}

export type { RequestFilter } from '@/features/apis/request-filter'

/** Requests as they are told of: a read that was under way is completed from them. */
export const requestJournal = journalPerClient<ApiRequestEvent>()

export const apisQuery = () =>
  queryOptions({
    queryKey: ['apis', 'list'],
    queryFn: ({ signal }) => getJson<ApiList>('/apis', {}, signal),
  })

export const apiQuery = (name: string) =>
  queryOptions({
    queryKey: ['apis.api', name],
    queryFn: ({ signal }) => getJson<ApiDetail>(`/apis/${encodeURIComponent(name)}`, {}, signal),
  })

export const requestsQuery = (filter: RequestFilter) =>
  queryOptions({
    queryKey: ['apis.events', 'live', filter],
    queryFn: ({ client, signal }) =>
      requestJournal(client).during<LiveRequests>(
        async () => {
          const { events, scanned_until } = await getJson<ApiRequestPage>('/apis/events', { ...filter, limit: LIVE_LIST_LIMIT }, signal)
          return { events, scanned_until }
        },
        (list, request) => withRequest(list, filter, request),
      ),
  })

const REQUEST_PAGE = 100

/** A window of the log, page by page, the newest first. */
export const requestPagesQuery = (filter: RequestFilter, shown: TimeWindow) =>
  infiniteQueryOptions({
    queryKey: [WINDOW, 'apis.events', filter, shown.after, shown.before, shown.readAt],
    queryFn: ({ pageParam, signal }) => getJson<ApiRequestPage>('/apis/events', { ...filter, ...windowQuery(shown), limit: REQUEST_PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
  })

export const apiTrendsQuery = (scope: { hours: number }) =>
  queryOptions({
    queryKey: ['apis.trends', scope.hours],
    queryFn: ({ signal }) => getJson<ApiTrends>('/apis/trends', { hours: scope.hours }, signal),
    placeholderData: keepPreviousData,
  })

export const liveRequestLists = { queryKey: ['apis.events', 'live'] } as const
export const requestFilterOf = (queryKey: readonly unknown[]): RequestFilter => (queryKey[2] ?? {}) as RequestFilter
