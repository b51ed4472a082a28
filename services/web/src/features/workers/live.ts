import { lossesQuery, runningJobsQuery, workersQuery, type WorkerList } from '@/features/workers/api'
import { deploysQuery } from '@/lib/deploys'
import type { LiveSlice } from '@/lib/stream/live'
import { known, replace } from '@/lib/stream/patch'
import { refreshSoon } from '@/lib/stream/refresh'
import { versionsOf } from '@/lib/versions'

/** Snapshots say how many jobs run, not which: the names follow them. */
const NAMES_INTERVAL_MS = 2000

export const workersLive: LiveSlice = {
  'workers.snapshot': ({ client }, event) => {
    const before = known(client, workersQuery().queryKey)
    replace(client, workersQuery().queryKey, event.workers)
    if (before && versionsText(before) !== versionsText(event.workers)) refreshSoon(client, deploysQuery('workers', null).queryKey)
    if (before && lostText(before) !== lostText(event.workers)) refreshSoon(client, lossesQuery().queryKey)
    refreshSoon(client, runningJobsQuery().queryKey, NAMES_INTERVAL_MS)
  },
}

/** What runs where; it changes when a version comes or goes. */
const versionsText = ({ workers }: WorkerList): string => JSON.stringify(workers.map((group) => [group.name, ...versionsOf(group).map(({ version }) => version).sort()]))

/** Who is lost; it changes when one goes silent, is heard again or is forgotten. */
const lostText = ({ workers }: WorkerList): string =>
  workers.flatMap(({ instances }) => instances.flatMap(({ id, state, pod }) => (state === 'lost' ? [`${id} ${pod?.last_restart_reason ?? ''}`] : []))).join()
