// What is due by the clock. A function has one schedule at most, known by the function's key.
import { queryOptions } from '@tanstack/react-query'
import type { FireOut, ScheduleDetailOut } from '@/generated/rest'
import { getJson, postJson } from '@/lib/api-client'
import { readAfter } from '@/lib/read-after'
import { SECOND_MS } from '@/lib/time-units'

export type Fire = Readonly<FireOut>
export type Schedule = Readonly<ScheduleDetailOut>

/** Somebody waits for the instant that is next. */
const LEAST_BETWEEN_MS = 2 * SECOND_MS

export const scheduleQuery = (key: string) =>
  queryOptions({
    queryKey: ['functions', 'schedule', key],
    queryFn: ({ signal }) => getJson('/schedules/{key}', { path: { key }, signal }),
    refetchInterval: ({ state: { data } }) => readAfter([data?.next_at ?? null], Date.now(), LEAST_BETWEEN_MS),
  })

export const pauseSchedule = (key: string): Promise<unknown> => postJson('/schedules/{key}/pause', { path: { key } })
export const resumeSchedule = (key: string): Promise<unknown> => postJson('/schedules/{key}/resume', { path: { key } })
