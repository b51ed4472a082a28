import { queryOptions } from '@tanstack/react-query'
import type { WorkerInstance, WorkerKill } from '@/generated/rest'
import { getJson, postJson } from '@/lib/api-client'

export type { PodOut as WorkerPod, WorkerLoss, WorkerDeployment, WorkerInfo, WorkerInstance, WorkerList } from '@/generated/rest'

export const workersQuery = () =>
  queryOptions({
    queryKey: ['workers', 'list'],
    queryFn: ({ signal }) => getJson('/workers', { signal }),
  })

const RUNNING_INTERVAL_MS = 5000
/** Of more running jobs than this, the newest are named; slots are counted by the workers themselves. */
const MOST_NAMED = 500

export const runningJobsQuery = () =>
  queryOptions({
    queryKey: ['workers', 'running'],
    queryFn: ({ signal }) => getJson('/jobs', { query: { status: ['active'], limit: MOST_NAMED }, signal }),
    refetchInterval: RUNNING_INTERVAL_MS,
  })

/** What a lost instance had when it went silent: active until its leases end, then queued again, until another takes it. */
export const leftBehindQuery = (workerId: string) =>
  queryOptions({
    queryKey: ['workers', 'left-behind', workerId],
    queryFn: ({ signal }) => getJson('/jobs', { query: { worker_id: workerId, status: ['active', 'queued', 'retrying'], limit: 3 }, signal }),
    refetchInterval: RUNNING_INTERVAL_MS,
  })

export const pauseWorker = (id: string): Promise<unknown> => postJson('/workers/{worker_id}/pause', { path: { worker_id: id } })
export const resumeWorker = (id: string): Promise<unknown> => postJson('/workers/{worker_id}/resume', { path: { worker_id: id } })
export const drainWorker = (id: string): Promise<unknown> => postJson('/workers/{worker_id}/drain', { path: { worker_id: id } })
export const killWorker = (id: string): Promise<unknown> => postJson('/workers/{worker_id}/kill', { path: { worker_id: id } })

/** Whether it can be killed, and why not; asked again when its state or its pod's phase is another. */
export const killQuery = ({ id, state, pod }: WorkerInstance) =>
  queryOptions({
    queryKey: ['workers', 'kill', id, state, pod?.phase ?? null],
    queryFn: ({ signal }) => getJson('/workers/{worker_id}/kill', { path: { worker_id: id }, signal }),
    placeholderData: (previous: WorkerKill | undefined, query) => (query?.queryKey[2] === id ? previous : undefined),
  })

const MOST_LOST = 20

/** What it runs: what others are given when it is killed. */
export const heldJobsQuery = (id: string) =>
  queryOptions({
    queryKey: ['workers', 'held', id],
    queryFn: ({ signal }) => getJson('/jobs', { query: { worker_id: id, status: ['active'], limit: MOST_LOST }, signal }),
    refetchInterval: RUNNING_INTERVAL_MS,
  })

/** They leave the hour, and the day, by themselves. */
const LOSSES_INTERVAL_MS = 60_000

/** Who went silent in the last 24 hours, on the list of workers or no more. */
export const lossesQuery = () =>
  queryOptions({
    queryKey: ['workers', 'losses'],
    queryFn: ({ signal }) => getJson('/workers/losses', { signal }),
    refetchInterval: LOSSES_INTERVAL_MS,
  })

const ACTIVITY_INTERVAL_MS = 15_000

/** Slots taken in each minute of the last hour, of every worker name. */
export const activityQuery = () =>
  queryOptions({
    queryKey: ['workers', 'activity'],
    queryFn: ({ signal }) => getJson('/workers/activity', { signal }),
    refetchInterval: ACTIVITY_INTERVAL_MS,
  })
