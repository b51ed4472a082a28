import { queryOptions } from '@tanstack/react-query'
import { getJson, postJson } from '@/lib/api-client'
import { readAfter } from '@/lib/read-after'

export type { DispatchReasons, FunctionDetailOut as FunctionDetail, FunctionOut as FunctionInfo, FunctionsOut as FunctionList, RunOut as Run } from '@/generated/rest'

export const functionsQuery = () =>
  queryOptions({
    queryKey: ['functions', 'list'],
    queryFn: ({ signal }) => getJson('/functions', { signal }),
    refetchInterval: ({ state: { data } }) => readAfter(data?.functions.map(({ next_run_at: at }) => at) ?? [], Date.now()),
  })

export const functionQuery = (key: string) =>
  queryOptions({
    queryKey: ['functions', 'function', key],
    queryFn: ({ signal }) => getJson('/functions/{key}', { path: { key }, signal }),
    refetchInterval: ({ state: { data } }) => readAfter([data?.next_run_at ?? null], Date.now()),
  })

/** Hours turn without an event, too. */
const ACTIVITY_READ_INTERVAL_MS = 60_000

/** The last 24 hours of every function, for a list of them. */
export const activityQuery = () =>
  queryOptions({
    queryKey: ['functions', 'activity'],
    queryFn: ({ signal }) => getJson('/jobs/activity', { signal }),
    refetchInterval: ACTIVITY_READ_INTERVAL_MS,
  })

export const pauseFunction = (key: string): Promise<unknown> => postJson('/functions/{key}/pause', { path: { key } })
export const resumeFunction = (key: string): Promise<unknown> => postJson('/functions/{key}/resume', { path: { key } })
