import { workersQuery } from '@/features/workers/api'
import type { LiveSlice } from '@/lib/stream/live'
import { replace } from '@/lib/stream/patch'

export const workersLive: LiveSlice = {
  'workers.snapshot': ({ client }, event) => {
    replace(client, workersQuery().queryKey, event.workers)
  },
}
