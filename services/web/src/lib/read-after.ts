import { HOUR_MS, SECOND_MS } from '@/lib/time-units'

/** An instant may pass without an event, as one that is skipped does: who shows what is next reads again then. */
export function readAfter(instants: readonly (string | null)[], now: number): number | false {
  const due = instants.flatMap((at) => (at === null ? [] : [Date.parse(at)]))
  return due.length > 0 && Math.min(HOUR_MS, Math.max(2 * SECOND_MS, Math.min(...due) + SECOND_MS - now))
}
