import { queryOptions } from '@tanstack/react-query'
import type { JobStatus } from '@/features/jobs/api'
import { getJson, postJson } from '@/lib/api-client'

export interface Run {
  id: string
  function: string
  function_name: string | null
  status: JobStatus
  started_at: string | null
  completed_at: string | null
  duration_ms: number | null
  error: string | null
  worker_id: string | null
  attempts: number | null
  progress: number | null
}

/** Why jobs that could run do not, or what became of them: how many, now. */
export interface DispatchReasons {
  paused: number | null
  rate_limited: number | null
  no_capacity: number | null
  cancelled: number | null
  retrying: number | null
}

export interface FunctionInfo {
  key: string
  name: string | null
  type: string | null
  active: boolean | null
  paused: boolean | null
  timeout: number | null
  max_retries: number | null
  retry_delay: number | null
  rate_limit: string | number | null
  max_concurrency: number | null
  schedule: string | null
  next_run_at: string | null
  pattern: string | null
  workers: readonly string[] | null
  runs_24h: number | null
  success_rate: number | null
  avg_duration_ms: number | null
  p95_duration_ms: number | null
  avg_wait_ms: number | null
  p95_wait_ms: number | null
  queue_backlog: number | null
  dispatch_reasons: DispatchReasons
  last_run_at: string | null
  last_run_status: JobStatus | null
}

export interface FunctionDetail extends FunctionInfo {
  recent_runs: readonly Run[] | null
}

export interface FunctionList {
  functions: readonly FunctionInfo[]
  total: number
}

export const functionsQuery = () =>
  queryOptions({
    queryKey: ['functions', 'list'],
    queryFn: ({ signal }) => getJson<FunctionList>('/functions', {}, signal),
  })

export const functionQuery = (key: string) =>
  queryOptions({
    queryKey: ['functions', 'function', key],
    queryFn: ({ signal }) => getJson<FunctionDetail>(`/functions/${encodeURIComponent(key)}`, {}, signal),
  })

export const pauseFunction = (key: string): Promise<unknown> => postJson(`/functions/${encodeURIComponent(key)}/pause`)
export const resumeFunction = (key: string): Promise<unknown> => postJson(`/functions/${encodeURIComponent(key)}/resume`)
