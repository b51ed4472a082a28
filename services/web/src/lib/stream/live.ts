// The shape of a feature's slice: from event type to the change it makes in the cache.
import type { QueryClient } from '@tanstack/react-query'
import type { Sub } from '@/lib/stream/subs'

export interface LiveContext {
  readonly client: QueryClient
  /** The subscription the event came by; its parameters say which key a filtered snapshot belongs to. */
  readonly sub: Sub
}

export type LiveSlice<Events> = {
  readonly [Type in keyof Events]?: (context: LiveContext, event: Events[Type]) => void
}
