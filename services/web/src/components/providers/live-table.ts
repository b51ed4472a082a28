// From event type to what it changes: the slices of every feature, put together.
import type { QueryClient } from '@tanstack/react-query'
import { apisLive, type ApisEvents } from '@/features/apis/live'
import { dashboardLive } from '@/features/dashboard/live'
import { functionsLive } from '@/features/functions/live'
import type { JobsEvents } from '@/features/jobs/events'
import { jobsLive } from '@/features/jobs/live'
import { workersLive, type WorkersEvents } from '@/features/workers/live'
import { STREAMS, type EventType } from '@/generated/inventory'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import type { Envelope, EventBase } from '@/lib/stream/messages'
import type { Sub } from '@/lib/stream/subs'

/** Every type of the inventory and its payload; a type without one does not compile. */
type LiveEvents = JobsEvents & ApisEvents & WorkersEvents
type Covered = EventType extends keyof LiveEvents ? (keyof LiveEvents extends EventType ? true : never) : never
const covered: Covered = true

type Handler = (context: LiveContext, event: EventBase) => void

// Payloads are as their `type` says; that is checked once, where frames become messages.
const asHandlers = <Events extends object>(slice: LiveSlice<Events>): [string, Handler][] =>
  Object.entries(slice) as [string, Handler][]

const SLICES: readonly [string, Handler][][] = [
  asHandlers(jobsLive),
  asHandlers(functionsLive),
  asHandlers(apisLive),
  asHandlers(workersLive),
  asHandlers(dashboardLive),
]

const TYPES: readonly EventType[] = [...new Set(Object.values(STREAMS).flatMap((stream) => [...stream.types]))]

export const LIVE_TABLE: ReadonlyMap<string, readonly Handler[]> = new Map(
  covered ? TYPES.map((type) => [type, SLICES.flat().flatMap(([name, handler]) => (name === type ? [handler] : []))]) : [],
)

export function applyEnvelope(client: QueryClient, sub: Sub, envelope: Envelope): void {
  LIVE_TABLE.get(envelope.data.type)?.forEach((handler) => {
    handler({ client, sub }, envelope.data)
  })
}
