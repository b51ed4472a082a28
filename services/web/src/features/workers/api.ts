import { queryOptions } from '@tanstack/react-query'
import { getJson } from '@/lib/api-client'

export interface WorkerPod {
  name: string
  namespace: string | null
  node: string | null
  phase: string | null
  restarts: number | null
  last_restart_reason: string | null
  image: string | null
}

export interface WorkerInstance {
  id: string
  worker_name: string
  started_at: string | null
  last_heartbeat: string | null
  functions: readonly string[] | null
  concurrency: number | null
  active_jobs: number | null
  jobs_processed: number | null
  jobs_failed: number | null
  hostname: string | null
  state: 'starting' | 'active' | 'draining' | 'lost'
  version: string | null
  pod?: WorkerPod | null
}

export interface WorkerInfo {
  name: string
  active: boolean | null
  instance_count: number | null
  instances: readonly WorkerInstance[] | null
  functions: readonly string[] | null
  function_names: Readonly<Record<string, string>> | null
  concurrency: number | null
}

export interface WorkerList {
  workers: readonly WorkerInfo[]
  total: number
}

export const workersQuery = () =>
  queryOptions({
    queryKey: ['workers', 'list'],
    queryFn: ({ signal }) => getJson<WorkerList>('/workers', {}, signal),
  })
