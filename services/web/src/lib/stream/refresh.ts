// What an event says has changed but does not bring is read again: at once, then at most once per interval, and a last
// time for the last event. What nobody looks at is only marked, and read when somebody does.
import { hashKey, type Query, type QueryClient } from '@tanstack/react-query'
import { LIVE_REFRESH_INTERVAL_MS } from '@/lib/live-rules'
import { throttled } from '@/lib/throttle'

const pending = new WeakMap<QueryClient, Map<string, () => void>>()

export function refreshSoon(client: QueryClient, queryKey: readonly unknown[], intervalMs = LIVE_REFRESH_INTERVAL_MS): void {
  const begun = { queryKey, predicate: ({ queryKey: whole }: Query) => beginsWith(whole, queryKey) }
  const queries = client.getQueryCache().findAll(begun)
  if (!queries.some((query) => query.isActive())) {
    queries.forEach((query) => {
      query.invalidate()
    })
    return
  }
  const known = pending.get(client) ?? new Map<string, () => void>()
  pending.set(client, known)
  const hash = hashKey(queryKey)
  let refresh = known.get(hash)
  if (!refresh) {
    refresh = throttled(
      intervalMs,
      () => {
        void client.invalidateQueries(begun)
      },
      () => known.delete(hash),
    )
    known.set(hash, refresh)
  }
  refresh()
}

/** Part by part the same: a filter that leaves all is not the beginning of each that leaves less, as it is to the library. */
const beginsWith = (whole: readonly unknown[], beginning: readonly unknown[]): boolean => hashKey(whole.slice(0, beginning.length)) === hashKey(beginning)
