import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Run } from '@/features/functions/api'
import type { FeedLine } from '@/features/dashboard/feed'
import { getJson } from '@/lib/api-client'

export interface DashboardStats {
  runs: { total: number | null; success_rate: number | null; window_minutes: number; jobs_per_min: number | null } | null
  queue: {
    running: number | null
    waiting: number | null
    claimed: number | null
    scheduled_due: number | null
    scheduled_future: number | null
    backlog: number | null
    capacity: number | null
    total: number | null
  } | null
  workers: { total: number | null } | null
  apis: {
    requests: number | null
    avg_latency_ms: number | null
    error_rate: number | null
    window_minutes: number
    requests_per_min: number | null
  } | null
  recent_runs: readonly Run[] | null
  recent_failures: readonly Run[] | null
  top_failing_functions:
    | readonly { key: string; name: string | null; runs: number; failures: number; failure_rate: number | null; last_run_at: string | null }[]
    | null
  oldest_queued_jobs:
    | readonly { id: string; function: string; function_name: string | null; queued_at: string; age_seconds: number | null }[]
    | null
  stuck_active_jobs: readonly { id: string; function: string; worker_id: string | null; started_at: string; age_seconds: number | null }[] | null
}

export const dashboardQuery = (windowMinutes: number) =>
  queryOptions({
    queryKey: ['dashboard', 'stats', windowMinutes],
    queryFn: ({ signal }) => getJson<DashboardStats>('/dashboard/stats', { window_minutes: windowMinutes }, signal),
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
