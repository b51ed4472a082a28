// A live list that holds still: while somebody is in it or has picked a row, rows stay where they are. Their
// statuses go on changing in place; what came since is counted, and let in on request.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { heldJobsQuery, type Job } from '@/features/jobs/api'
import type { JobFilter } from '@/features/jobs/job-filter'

/** How many of the live list are newer than anything that is held. */
export function countNew(held: readonly Job[], live: readonly Job[]): number {
  const newest = held[0]?.id ?? ''
  return live.filter((job) => job.id > newest).length
}

/** Held rows, each as new as it is known: a read of the live list may know more than the events that came. */
export function newest(held: readonly Job[], live: readonly Job[]): readonly Job[] {
  const known = new Map(live.map((job) => [job.id, job]))
  return held.map((job) => {
    const other = known.get(job.id)
    return other && other.seq >= job.seq ? other : job
  })
}

export interface HeldList {
  readonly rows: readonly Job[]
  readonly newCount: number
  readonly letIn: () => void
}

export function useHeldList(filter: JobFilter, live: readonly Job[], isHeld: boolean): HeldList {
  const client = useQueryClient()
  const query = heldJobsQuery(filter)
  const { data: held } = useQuery(query)
  const hold = (jobs: readonly Job[] | null): void => {
    client.setQueryData(query.queryKey, () => jobs && { jobs })
  }
  useEffect(() => {
    if (isHeld && held === null && live.length > 0) hold(live)
    if (!isHeld && held !== null) hold(null)
  })
  if (!isHeld || !held) return { rows: live, newCount: 0, letIn: () => undefined }
  return {
    rows: newest(held.jobs, live),
    newCount: countNew(held.jobs, live),
    letIn: () => {
      hold(live)
    },
  }
}
