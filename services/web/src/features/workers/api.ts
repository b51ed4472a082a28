import { queryOptions } from '@tanstack/react-query'
import type { WorkerList } from '@/generated/payloads'
import { getJson } from '@/lib/api-client'

export type { WorkerInfo, WorkerInstance, WorkerList, WorkerPod } from '@/generated/payloads'

export const workersQuery = () =>
  queryOptions({
    queryKey: ['workers', 'list'],
    queryFn: ({ signal }) => getJson<WorkerList>('/workers', {}, signal),
  })
