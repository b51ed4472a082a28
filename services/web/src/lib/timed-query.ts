// A question about a stretch of time: live it ends now and is asked again as time passes and as its target changes; of a
// window it is asked once, under a key that no stream touches.
import { queryOptions } from '@tanstack/react-query'
import type { CacheTarget } from '@/generated/inventory'
import { WINDOW } from '@/lib/live-rules'
import { KEPT_MS, STEP_MS, stepFor, windowQuery, type Step, type TimeWindow } from '@/lib/range'

/** Without events time still passes: a rate that fell to nothing must be seen to fall. */
export const LIVE_READ_INTERVAL_MS = 10_000
const BACK_READ_INTERVAL_MS = 60_000

export interface Stretch {
  readonly after: number
  readonly before: number
  /** The finest step that still makes a chart of it. */
  readonly step: Step
}

export interface TimedOptions {
  readonly shown: TimeWindow | null
  /** How far back live looks. */
  readonly liveMs: number
  readonly liveStep?: Step
  /** How much of what came before is read too, as a share of the stretch. */
  readonly lead?: number
  /** How much earlier the same stretch is looked at, to compare with: what is over, and so is asked for rarely. */
  readonly back?: number
}

export interface TimedQuery<T, Scope extends object> extends TimedOptions {
  readonly target: CacheTarget
  readonly name: string
  readonly scope: Scope
  readonly read: (stretch: Stretch, signal: AbortSignal) => Promise<T>
}

export interface Timed<T> extends Stretch {
  /** Where the stretch itself begins; what lies before it is there to compare with. */
  readonly from: number
  readonly data: T
}

/** The stretch of a window or of now, with what leads up to it as far back as its step is kept. */
export function stretchOf(shown: TimeWindow | null, now: number, liveMs: number, lead = 0, liveStep?: Step): Stretch & { from: number } {
  const before = shown ? Math.min(shown.before, shown.readAt) : now
  const from = shown?.after ?? now - liveMs
  const step = (shown ? undefined : liveStep) ?? stepFor(from, before, shown?.readAt ?? now)
  const earliest = (shown?.readAt ?? now) - KEPT_MS[step] + STEP_MS[step]
  return { after: Math.min(from, Math.max(earliest, from - lead * (before - from))), before, step, from }
}

/** A window so much earlier, as far as it was over when it was read. */
const moved = ({ after, before, readAt }: TimeWindow, back: number): TimeWindow => ({ after: after - back, before: Math.min(before, readAt) - back, readAt })

/** Of which range an answer is: under another key, rows that were held are not held over. */
export const rangeKey = (shown: TimeWindow | null, { isPlaceholderData }: { isPlaceholderData: boolean }): string | number =>
  isPlaceholderData ? 'another' : (shown?.after ?? 'live')

export function timedQuery<T, Scope extends object>({ target, name, scope, shown, liveMs, liveStep, lead = 0, back = 0, read }: TimedQuery<T, Scope>) {
  const spelled = JSON.stringify(scope)
  const live = back ? [WINDOW, name, spelled, lead, liveMs, back] : [target, name, spelled, lead, liveMs]
  return queryOptions({
    queryKey: shown ? [WINDOW, name, spelled, lead, shown.after, shown.before, shown.readAt, back] : live,
    queryFn: async ({ signal }): Promise<Timed<T>> => {
      const stretch = stretchOf(shown && moved(shown, back), Date.now() - back, liveMs, lead, liveStep)
      return { ...stretch, data: await read(stretch, signal) }
    },
    refetchInterval: shown ? false : back ? BACK_READ_INTERVAL_MS : LIVE_READ_INTERVAL_MS,
    // Another range of the same thing takes the old one's place without a blank; another thing does not.
    placeholderData: (previous: Timed<T> | undefined, query) => (query?.queryKey[2] === spelled ? previous : undefined),
  })
}

export const stretchQuery = ({ after, before, step }: Stretch): { after: string; before: string; step: Step } => ({ ...windowQuery({ after, before }), step })
