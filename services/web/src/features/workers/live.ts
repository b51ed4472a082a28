import { runningJobsQuery, workersQuery } from '@/features/workers/api'
import type { LiveSlice } from '@/lib/stream/live'
import { replace } from '@/lib/stream/patch'
import { refreshSoon } from '@/lib/stream/refresh'

/** Snapshots say how many jobs run, not which: the names follow them. */
const NAMES_INTERVAL_MS = 2000

export const workersLive: LiveSlice = {
  'workers.snapshot': ({ client }, event) => {
    replace(client, workersQuery().queryKey, event.workers)
    refreshSoon(client, runningJobsQuery().queryKey, NAMES_INTERVAL_MS)
  },
}
