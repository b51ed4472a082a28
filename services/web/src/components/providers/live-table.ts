// From event type to what it changes: the slices of every feature, put together.
import type { QueryClient } from '@tanstack/react-query'
import { apisLive } from '@/features/apis/live'
import { dashboardLive } from '@/features/dashboard/live'
import { functionsLive } from '@/features/functions/live'
import { jobsLive } from '@/features/jobs/live'
import { schedulesLive } from '@/features/schedules/live'
import { workersLive } from '@/features/workers/live'
import type { EventType } from '@/generated/inventory'
import type { LiveEvents, LiveHandler, LiveSlice } from '@/lib/stream/live'
import type { Envelope } from '@/lib/stream/messages'
import type { Sub } from '@/lib/stream/subs'

const SLICES: readonly LiveSlice[] = [jobsLive, functionsLive, schedulesLive, apisLive, workersLive, dashboardLive]

export const handlersOf = <Type extends EventType>(type: Type): LiveHandler<Type>[] => SLICES.flatMap((slice) => slice[type] ?? [])

function apply<Type extends EventType>(client: QueryClient, sub: Sub, type: Type, event: LiveEvents[Type]): void {
  for (const handler of handlersOf(type)) handler({ client, sub }, event)
}

export function applyEnvelope(client: QueryClient, sub: Sub, { data }: Envelope): void {
  apply(client, sub, data.type, data)
}
