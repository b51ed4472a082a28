// The shape of a feature's slice: from event type to the change it makes in the cache.
import type { QueryClient } from '@tanstack/react-query'
import type { EventType } from '@/generated/inventory'
import type { StreamEvent } from '@/lib/stream/messages'
import type { Sub } from '@/lib/stream/subs'

export interface LiveContext {
  readonly client: QueryClient
  /** The subscription the event came by; its parameters say which key a filtered snapshot belongs to. */
  readonly sub: Sub
}

/** Each payload by its type. A type of the inventory that no payload has does not compile where a slice is read. */
export type LiveEvents = { readonly [Event in StreamEvent as Event['type']]: Event }

export type LiveHandler<Type extends EventType> = (context: LiveContext, event: LiveEvents[Type]) => void
export type LiveSlice = { readonly [Type in EventType]?: LiveHandler<Type> }
