// What is picked, and what picks: it stays on the next page, in another filter, and on the way to a job and back.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { readJobs, type Job } from '@/features/jobs/api'
import { MOST_PICKED, picks, withoutPicked, withPicked, type PickedRows } from '@/features/jobs/picked-rows'

/** Always the same functions: a pick draws the rows it is about. */
const DEEDS = {
  add: (jobs: readonly Job[]): void => {
    picks.change((picked) => withPicked(picked, jobs))
  },
  remove: (ids: readonly string[]): void => {
    picks.change((picked) => withoutPicked(picked, ids))
  },
  toggle: (job: Job): void => {
    picks.change((picked) => (picked.jobs.some(({ id }) => id === job.id) ? withoutPicked(picked, [job.id]) : withPicked(picked, [job])))
  },
  drop: picks.drop,
  /** Whether they alone are shown, whatever the filter. */
  showOnly: (isOnly: boolean): void => {
    picks.change((picked) => (picked.isOnly === isOnly || picked.jobs.length === 0 ? picked : { ...picked, isOnly }))
  },
} as const

export type Picked = PickedRows & typeof DEEDS & { readonly ids: ReadonlySet<string>; readonly isFull: boolean }

export function usePicked(): Picked {
  const client = useQueryClient()
  useEffect(() => {
    void picks.restore((ids) => readJobs(client, ids))
  }, [client])
  const picked = useSyncExternalStore(picks.subscribe, picks.get)
  return useMemo(() => ({ ...picked, ...DEEDS, ids: new Set(picked.jobs.map(({ id }) => id)), isFull: picked.jobs.length >= MOST_PICKED }), [picked])
}
