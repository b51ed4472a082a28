import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { FeedLine } from '@/features/dashboard/feed'
import { getJson } from '@/lib/api-client'

export type { DashboardOut as DashboardStats } from '@/generated/rest'

export const dashboardQuery = (windowMinutes: number) =>
  queryOptions({
    queryKey: ['dashboard', 'stats', windowMinutes],
    queryFn: ({ signal }) => getJson('/dashboard/stats', { query: { window_minutes: windowMinutes }, signal }),
    placeholderData: keepPreviousData,
  })

/** Filled by the streams alone: there is nothing to fetch. */
export const feedQuery = () =>
  queryOptions({
    queryKey: ['dashboard', 'feed'],
    queryFn: (): readonly FeedLine[] => [],
    initialData: [],
    enabled: false,
    staleTime: Infinity,
  })
