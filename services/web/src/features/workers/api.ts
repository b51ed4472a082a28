import { queryOptions } from '@tanstack/react-query'
import type { WorkerList } from '@/generated/payloads'
import type { JobPage } from '@/features/jobs/api'
import { getJson } from '@/lib/api-client'

export type { WorkerInfo, WorkerInstance, WorkerList, WorkerPod } from '@/generated/payloads'

export const workersQuery = () =>
  queryOptions({
    queryKey: ['workers', 'list'],
    queryFn: ({ signal }) => getJson<WorkerList>('/workers', {}, signal),
  })

const RUNNING_INTERVAL_MS = 5000
/** Of more running jobs than this, the newest are named; slots are counted by the workers themselves. */
const MOST_NAMED = 500

export const runningJobsQuery = () =>
  queryOptions({
    queryKey: ['workers', 'running'],
    queryFn: ({ signal }) => getJson<JobPage>('/jobs', { status: ['active'], limit: MOST_NAMED }, signal),
    refetchInterval: RUNNING_INTERVAL_MS,
  })

/** What a lost instance had when it went silent: active until its leases end, then queued again, until another takes it. */
export const leftBehindQuery = (workerId: string) =>
  queryOptions({
    queryKey: ['workers', 'left-behind', workerId],
    queryFn: ({ signal }) => getJson<JobPage>('/jobs', { worker_id: workerId, status: ['active', 'queued', 'retrying'], limit: 3 }, signal),
    refetchInterval: RUNNING_INTERVAL_MS,
  })
