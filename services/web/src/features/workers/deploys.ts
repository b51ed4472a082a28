import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { workersQuery } from '@/features/workers/api'
import type { WorkerInfo } from '@/generated/rest'
import { deploysQuery, marksOf, type DeployMark } from '@/lib/deploys'
import type { TimeWindow } from '@/lib/range'
import { LIVE_READ_INTERVAL_MS } from '@/lib/timed-query'

/** Deploys of all workers or, of one function, of the workers that offer it. */
export function useWorkerDeploys(shown: TimeWindow | null, functionKey?: string): DeployMark[] {
  const { data: read } = useQuery(deploysQuery('workers', shown))
  // The page of a function is not told of workers: it reads them again as it does its figures.
  const { data: fleet } = useQuery({ ...workersQuery(), enabled: functionKey !== undefined, refetchInterval: shown ? false : LIVE_READ_INTERVAL_MS })
  return useMemo(() => marksOf(read?.deploys ?? [], functionKey === undefined ? null : namesOffering(fleet?.workers ?? [], functionKey)), [read, fleet, functionKey])
}

const namesOffering = (workers: readonly WorkerInfo[], functionKey: string): Set<string> => new Set(workers.flatMap(({ name, functions }) => (functions.includes(functionKey) ? [name] : [])))
