import { workersQuery } from '@/features/workers/api'
import type { LiveSlice } from '@/lib/stream/live'

export const workersLive: LiveSlice = {
  'workers.snapshot': ({ client }, event) => {
    client.setQueryData(workersQuery().queryKey, event.workers)
  },
}
