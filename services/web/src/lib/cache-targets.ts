// A query key begins with the cache target (a word of the inventory) that it belongs to; so a stream's targets can be
// invalidated without knowing any key. Windows are left alone: what they show is dated.
import type { InvalidateOptions, QueryClient } from '@tanstack/react-query'
import { STREAMS, type CacheTarget, type StreamName } from '@/generated/inventory'
import { isWindowKey } from '@/lib/live-rules'

const LIVE_ONLY = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => !isWindowKey(queryKey) } as const

export const targetKey = (target: CacheTarget): readonly [CacheTarget] => [target]

export const invalidateLive = (client: QueryClient, queryKey: readonly unknown[], options?: InvalidateOptions): void => {
  void client.invalidateQueries({ queryKey, ...LIVE_ONLY }, options)
}

export function invalidateStreams(client: QueryClient, streams: Iterable<StreamName>, options?: InvalidateOptions): void {
  const targets = new Set<CacheTarget>()
  for (const stream of streams) STREAMS[stream].cacheTargets.forEach((target) => targets.add(target))
  targets.forEach((target) => {
    invalidateLive(client, targetKey(target), options)
  })
}
