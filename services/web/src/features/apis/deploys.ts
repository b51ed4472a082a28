import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { deploysQuery, marksOf, type DeployMark } from '@/lib/deploys'
import type { TimeWindow } from '@/lib/range'

/** Deploys of all APIs, or of one. */
export function useApiDeploys(shown: TimeWindow | null, name?: string): DeployMark[] {
  const { data } = useQuery(deploysQuery('apis', shown))
  return useMemo(() => marksOf(data?.deploys ?? [], name === undefined ? null : new Set([name])), [data, name])
}
