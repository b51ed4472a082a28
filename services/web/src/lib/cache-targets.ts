// A query key begins with the cache target (a word of the inventory) that it belongs to; so a stream's targets can be
// invalidated without knowing any key. A window's key begins with a word of its own (`WINDOW`): what it shows is dated.
import type { InvalidateOptions, QueryClient } from '@tanstack/react-query'
import { STREAMS, type CacheTarget, type StreamName } from '@/generated/inventory'

export const targetKey = (target: CacheTarget): readonly [CacheTarget] => [target]

export function invalidateStreams(client: QueryClient, streams: Iterable<StreamName>, options?: InvalidateOptions): void {
  const targets = new Set<CacheTarget>()
  for (const stream of streams) STREAMS[stream].cacheTargets.forEach((target) => targets.add(target))
  targets.forEach((target) => {
    void client.invalidateQueries({ queryKey: targetKey(target) }, options)
  })
}
