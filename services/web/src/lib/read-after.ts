import { LIVE_REFRESH_INTERVAL_MS } from '@/lib/live-rules'
import { HOUR_MS, SECOND_MS } from '@/lib/time-units'

/** An instant may pass without an event, as one that is skipped does: who shows what is next reads again then, a second after it, and not more
 * often than `leastMs`, however long it is overdue. */
export function readAfter(instants: readonly (string | null)[], now: number, leastMs = LIVE_REFRESH_INTERVAL_MS): number | false {
  const due = instants.flatMap((at) => (at === null ? [] : [Date.parse(at)]))
  return due.length > 0 && Math.min(HOUR_MS, Math.max(leastMs, Math.min(...due) + SECOND_MS - now))
}
