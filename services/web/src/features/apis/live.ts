import type { QueryClient } from '@tanstack/react-query'
import {
  apiActivityQuery,
  apiQuery,
  apisQuery,
  apiTrendsQuery,
  liveRequestFilters,
  liveRequestLists,
  requestJournal,
  requestsQuery,
  type ApiInfo,
  type ApiList,
  type ApiOverview,
} from '@/features/apis/api'
import { withRequest } from '@/features/apis/apply-request'
import type { ApiRequest, ApiSnapshot, ApisSnapshot, ApisTrendsSnapshot } from '@/generated/payloads'
import { deploysQuery } from '@/lib/deploys'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import { known, patch, replace } from '@/lib/stream/patch'
import { refreshSoon } from '@/lib/stream/refresh'

const byRequests = (a: { requests_24h: number | null }, b: { requests_24h: number | null }): number =>
  (b.requests_24h ?? 0) - (a.requests_24h ?? 0)

/** An API's row holds less than its page. */
const rowOf = ({ name, active, instance_count, instances, endpoint_count, requests_24h, avg_latency_ms, error_rate, requests_per_min }: ApiOverview): ApiInfo => ({
  name, active, instance_count, instances, endpoint_count, requests_24h, avg_latency_ms, error_rate, requests_per_min,
})

/** One API changed: its row changes; a new API arrives with the full snapshot that follows. */
export function withApi(list: ApiList, api: ApiOverview): ApiList {
  if (!list.apis.some((one) => one.name === api.name)) return list
  return { ...list, apis: list.apis.map((one) => (one.name === api.name ? rowOf(api) : one)).sort(byRequests) }
}

/** Bars of an hour are not read to the second. */
const ACTIVITY_REFRESH_MS = 15_000

/** Who serves; it changes with a deploy. */
const instancesText = (apis: readonly ApiInfo[]): string => JSON.stringify(apis.map(({ name, instances }) => [name, ...(instances ?? []).map(({ id }) => id)]))

function noteInstances(client: QueryClient, before: readonly ApiInfo[] | undefined, now: readonly ApiInfo[]): void {
  if (before && instancesText(before) !== instancesText(now)) refreshSoon(client, deploysQuery('apis', null).queryKey)
}

const onApis = ({ client }: LiveContext, event: ApisSnapshot): void => {
  noteInstances(client, known(client, apisQuery().queryKey)?.apis, event.apis.apis)
  replace(client, apisQuery().queryKey, event.apis)
  refreshSoon(client, apiActivityQuery().queryKey, ACTIVITY_REFRESH_MS)
}

const onApi = ({ client }: LiveContext, event: ApiSnapshot): void => {
  const before = known(client, apiQuery(event.api.api.name).queryKey)
  noteInstances(client, before && [before.api], [event.api.api])
  replace(client, apiQuery(event.api.api.name).queryKey, event.api)
  patch(client, apisQuery().queryKey, (list) => withApi(list, event.api.api))
  refreshSoon(client, apiActivityQuery().queryKey, ACTIVITY_REFRESH_MS)
}

const onRequest = ({ client }: LiveContext, { request, dropped }: ApiRequest): void => {
  requestJournal(client).note(request)
  for (const filter of liveRequestFilters(client)) {
    patch(client, requestsQuery(filter).queryKey, (list) => withRequest(list, filter, request))
  }
  // What the feed left out, only the server can tell.
  if (dropped > 0) refreshSoon(client, liveRequestLists.queryKey)
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
