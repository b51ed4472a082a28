// Workers that went silent: how many lately, and why, as far as it is known.
import type { WorkerLoss } from '@/features/workers/api'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/time-units'

/** Of workers of these names, in the last hour; who was heard again was not lost. */
export const lostLately = (losses: readonly WorkerLoss[], names: readonly string[], now: number): number =>
  losses.filter(({ worker_name: name, back_at: back, lost_at: at }) => names.includes(name) && back === null && Date.parse(at) > now - HOUR_MS).length

/** What is known of its end; null where nothing is. */
export function whyText({ back_at: back, lost_at: at, pod }: WorkerLoss): string | null {
  if (back !== null) return `Heard again ${seconds(Date.parse(back) - Date.parse(at))} later`
  if (pod?.last_restart_reason) return pod.last_restart_reason
  return pod?.phase ? `Pod ${pod.phase.toLowerCase()}` : null
}

const seconds = (ms: number): string => (ms < MINUTE_MS ? `${String(Math.round(ms / SECOND_MS))} s` : `${String(Math.round(ms / MINUTE_MS))} m`)
