import {
  apiQuery,
  apisQuery,
  apiTrendsQuery,
  LIVE_REQUEST_LIMIT,
  liveRequestLists,
  requestFilterOf,
  type ApiList,
  type ApiOverview,
  type ApiRequestEvent,
  type ApiRequestPage,
  type RequestFilter,
} from '@/features/apis/api'
import { isWithinRequests } from '@/features/apis/request-filter'
import type { ApiRequest, ApiSnapshot, ApisSnapshot, ApisTrendsSnapshot } from '@/generated/payloads'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import { patch, replace } from '@/lib/stream/patch'

const byRequests = (a: { requests_24h: number | null }, b: { requests_24h: number | null }): number =>
  (b.requests_24h ?? 0) - (a.requests_24h ?? 0)

/** One API changed: its row changes; a new API arrives with the full snapshot that follows. */
export function withApi(list: ApiList, api: ApiOverview): ApiList {
  if (!list.apis.some((one) => one.name === api.name)) return list
  return { ...list, apis: list.apis.map((one) => (one.name === api.name ? { ...one, ...api } : one)).sort(byRequests) }
}

export function withRequest(page: ApiRequestPage, filter: RequestFilter, request: ApiRequestEvent): ApiRequestPage {
  if (!isWithinRequests(filter, request)) return page
  if (page.events.some((one) => one.id === request.id)) return page
  const events = [request, ...page.events].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, LIVE_REQUEST_LIMIT)
  return { ...page, events }
}

const onApis = ({ client }: LiveContext, event: ApisSnapshot): void => {
  replace(client, apisQuery().queryKey, event.apis)
}

const onApi = ({ client }: LiveContext, event: ApiSnapshot): void => {
  replace(client, apiQuery(event.api.api.name).queryKey, event.api)
  patch(client, apisQuery().queryKey, (list) => withApi(list, event.api.api))
}

const onRequest = ({ client }: LiveContext, event: ApiRequest): void => {
  for (const query of client.getQueryCache().findAll(liveRequestLists)) {
    const filter = requestFilterOf(query.queryKey)
    client.setQueryData<ApiRequestPage>(query.queryKey, (page) => page && withRequest(page, filter, event.request))
  }
}

const onTrends = ({ client, sub }: LiveContext, event: ApisTrendsSnapshot): void => {
  replace(client, apiTrendsQuery({ hours: Number(sub.params.query?.hours) }).queryKey, event.trends)
}

export const apisLive: LiveSlice = {
  'apis.snapshot': onApis,
  'api.snapshot': onApi,
  'api.request': onRequest,
  'apis.trends.snapshot': onTrends,
}
