import { workersQuery, type WorkerList } from '@/features/workers/api'
import type { LiveSlice } from '@/lib/stream/live'

export interface WorkersEvents {
  'workers.snapshot': { type: 'workers.snapshot'; event_id: string; at: string; workers: WorkerList }
}

export const workersLive: LiveSlice<WorkersEvents> = {
  'workers.snapshot': ({ client }, event) => {
    client.setQueryData(workersQuery().queryKey, event.workers)
  },
}
