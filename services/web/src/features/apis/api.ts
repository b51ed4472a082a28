import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { ApiDetail, ApiList, ApiRequestEvent, ApiTrends } from '@/generated/payloads'
import { getJson } from '@/lib/api-client'

export type { ApiDetail, ApiEndpoint, ApiInfo, ApiInstance, ApiList, ApiOverview, ApiRequestEvent, ApiTrends } from '@/generated/payloads'

export interface ApiRequestPage {
  events: readonly ApiRequestEvent[]
  total: number | null
  has_more: boolean
  next_cursor: string | null
}

export interface RequestFilter {
  readonly api_name?: string | undefined
}

export const LIVE_REQUEST_LIMIT = 50

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
    queryFn: ({ signal }) =>
      getJson<ApiRequestPage>('/apis/events', { api_name: filter.api_name, limit: LIVE_REQUEST_LIMIT }, signal),
  })

export const apiTrendsQuery = (scope: { hours: number }) =>
  queryOptions({
    queryKey: ['apis.trends', scope.hours],
    queryFn: ({ signal }) => getJson<ApiTrends>('/apis/trends', { hours: scope.hours }, signal),
    placeholderData: keepPreviousData,
  })

export const liveRequestLists = { queryKey: ['apis.events', 'live'] } as const
export const requestFilterOf = (queryKey: readonly unknown[]): RequestFilter => (queryKey[2] ?? {}) as RequestFilter
