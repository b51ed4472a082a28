// How long something takes, as people type it: 250ms, 5s, 1.5 m, 1h 30m.
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/time-units'

const UNITS = { h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 } as const
const WHOLE = /^(?:\d+(?:\.\d+)?\s*(?:ms|s|m|h)\s*)+$/
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h)/g

/** Longer than anything runs: what the server takes, ten years. */
export const LONGEST_MS = 315_360_000_000

/** In milliseconds; null where it cannot be read. */
export function durationOf(text: string): number | null {
  const typed = text.trim().toLowerCase()
  if (!WHOLE.test(typed)) return null
  const sum = [...typed.matchAll(PART)].reduce((ms, [, amount, unit]) => ms + Number(amount) * unitMs(unit), 0)
  const ms = Math.round(sum * 1000) / 1000
  return ms <= LONGEST_MS ? ms : null
}

const unitMs = (unit: string | undefined): number => (unit === 'h' || unit === 'm' || unit === 's' ? UNITS[unit] : UNITS.ms)

/** Exactly, in the largest unit of which it is a whole number, and as `durationOf` reads it. */
export function durationText(ms: number): string {
  if (ms >= UNITS.h && ms % UNITS.h === 0) return `${String(ms / UNITS.h)} h`
  if (ms >= UNITS.m && ms % UNITS.m === 0) return `${String(ms / UNITS.m)} m`
  return ms >= UNITS.s ? `${String(ms / UNITS.s)} s` : `${String(ms)} ms`
}
