import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { getJson } from '@/lib/api-client'

export interface ApiInstance {
  id: string
  api_name: string
  started_at: string | null
  last_heartbeat: string | null
  host: string | null
  port: number | null
  hostname: string | null
}

export interface ApiInfo {
  name: string
  active: boolean | null
  instance_count: number | null
  instances: readonly ApiInstance[] | null
  endpoint_count: number | null
  requests_24h: number | null
  avg_latency_ms: number | null
  error_rate: number | null
  requests_per_min: number | null
}

export interface ApiOverview extends ApiInfo {
  docs_url: string | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
}

export interface ApiEndpoint {
  method: string
  path: string
  requests_24h: number | null
  requests_per_min: number | null
  avg_latency_ms: number | null
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  error_rate: number | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
  status_2xx: number | null
  status_3xx: number | null
  status_4xx: number | null
  status_5xx: number | null
  last_request_at: string | null
}

export interface ApiList {
  apis: readonly ApiInfo[]
  total: number
}

export interface ApiDetail {
  api: ApiOverview
  endpoints: readonly ApiEndpoint[]
  total_endpoints: number
}

export interface ApiRequest {
  id: string
  at: string
  api_name: string
  method: string
  path: string
  status: number
  latency_ms: number | null
  instance_id: string | null
  sampled: boolean | null
  trace_id: string | null
}

export interface ApiRequestPage {
  events: readonly ApiRequest[]
  total: number | null
  has_more: boolean
  next_cursor: string | null
}

export interface ApiTrendHour {
  hour: string
  success_2xx: number
  redirect_3xx: number
  client_4xx: number
  server_5xx: number
}

export interface ApiTrends {
  hourly: readonly ApiTrendHour[]
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
