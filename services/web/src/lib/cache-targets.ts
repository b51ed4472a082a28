// A query key begins with the cache target (a word of the inventory) that it belongs to; so a stream's targets can be
// invalidated without knowing any key.
import type { InvalidateOptions, QueryClient } from '@tanstack/react-query'
import { STREAMS, type CacheTarget, type StreamName } from '@/generated/inventory'
import { throttled } from '@/lib/throttle'

export const invalidateTarget = (client: QueryClient, target: CacheTarget, options?: InvalidateOptions): void => {
  void client.invalidateQueries({ queryKey: [target] }, options)
}

export function invalidateStreams(client: QueryClient, streams: Iterable<StreamName>, options?: InvalidateOptions): void {
  const targets = new Set<CacheTarget>()
  for (const stream of streams) STREAMS[stream].cacheTargets.forEach((target) => targets.add(target))
  targets.forEach((target) => {
    invalidateTarget(client, target, options)
  })
}

/** Where a stream does not deliver the data itself, its events refresh the query at this pace. */
export const LIVE_REFRESH_INTERVAL_MS = 5000

const refreshers = new WeakMap<QueryClient, Map<CacheTarget, () => void>>()

export function refreshSoon(client: QueryClient, target: CacheTarget): void {
  const known = refreshers.get(client) ?? new Map<CacheTarget, () => void>()
  refreshers.set(client, known)
  let refresh = known.get(target)
  if (!refresh) {
    refresh = throttled(LIVE_REFRESH_INTERVAL_MS, () => {
      invalidateTarget(client, target)
    })
    known.set(target, refresh)
  }
  refresh()
}
