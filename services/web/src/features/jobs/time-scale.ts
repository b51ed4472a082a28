// From time to place on the waterfall. A long stretch in which nothing of the tree waited or ran is folded to a sliver.
import type { Segment, SegmentKind } from '@/features/jobs/segments'
import type { ApiRequestEvent } from '@/generated/rest'

const FOLD_ABOVE = 0.2
const FOLDED_TO = 0.04

export interface Fold {
  readonly from: number
  readonly to: number
}

export interface TimeScale {
  /** The tree's beginning, from which times are counted. */
  readonly origin: number
  readonly from: number
  readonly to: number
  readonly folds: readonly Fold[]
  /** 0 at the left, 1 at the right. */
  readonly place: (at: number) => number
}

/** Of a job's life, or of the request it came from. */
export interface Stretch extends Pick<Segment, 'from' | 'to'> {
  readonly kind: SegmentKind | 'request'
}

/** A request's `at` is when it came. */
export const stretchOf = ({ at, latency_ms: ms }: Pick<ApiRequestEvent, 'at' | 'latency_ms'>): Stretch => ({ kind: 'request', from: Date.parse(at), to: Date.parse(at) + ms })

const isIdle = (segment: Stretch): boolean => segment.kind === 'scheduled' || segment.kind === 'retry-wait'

/** Of all of it, or of `section`, which begins and ends where it says. */
export function timeScale(segments: readonly Stretch[], isFolding = true, section: Fold | null = null): TimeScale {
  const origin = segments.reduce((least, one) => Math.min(least, one.from), Infinity)
  const from = section?.from ?? origin
  const to = section?.to ?? segments.reduce((most, one) => Math.max(most, one.to), -Infinity)
  if (!(to > from)) return { origin, from, to, folds: [], place: () => 0 }
  const folds = isFolding ? idleGaps(segments, from, to).filter((gap) => gap.to - gap.from > FOLD_ABOVE * (to - from)) : []
  const folded = folds.reduce((total, gap) => total + gap.to - gap.from, 0)
  const perMs = (1 - folds.length * FOLDED_TO) / (to - from - folded || 1)
  const place = (at: number): number => {
    const when = Math.min(Math.max(at, from), to)
    let shown = when - from
    let slivers = 0
    for (const gap of folds) {
      if (when <= gap.from) break
      const within = Math.min(when, gap.to) - gap.from
      shown -= within
      slivers += (FOLDED_TO * within) / (gap.to - gap.from)
    }
    return Math.min(1, Math.max(0, shown * perMs + slivers))
  }
  return { origin, from, to, folds, place }
}

/** Whether anything of it is seen on the scale. */
export const isOn = (scale: Fold, { from, to }: Fold): boolean => from <= scale.to && to >= scale.from

function idleGaps(segments: readonly Stretch[], from: number, to: number): Fold[] {
  const busy = segments.filter((one) => !isIdle(one) && one.from < to && one.to > from).sort((a, b) => a.from - b.from)
  // Nothing but idle time is shown as it is: there is nothing to make room for.
  if (busy.length === 0) return []
  const gaps: Fold[] = []
  let cursor = from
  for (const one of busy) {
    if (one.from > cursor) gaps.push({ from: cursor, to: one.from })
    cursor = Math.max(cursor, one.to)
  }
  if (to > cursor) gaps.push({ from: cursor, to })
  return gaps
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000]

/** Round offsets from the tree's beginning to write at the top, at most `most` of them; none inside a fold. */
export function ticks(scale: TimeScale, most: number): number[] {
  const span = scale.to - scale.from
  if (!(span > 0)) return []
  const shown = span - scale.folds.reduce((total, gap) => total + gap.to - gap.from, 0)
  const step = STEPS.find((one) => shown / one <= most) ?? Math.ceil(shown / most)
  const found: number[] = []
  const { origin } = scale
  const first = Math.floor((scale.from - origin) / step) * step + step
  for (let offset = first; offset < scale.to - origin && found.length < 4 * most; offset += step) {
    const fold = scale.folds.find((gap) => origin + offset > gap.from && origin + offset < gap.to)
    if (fold) {
      // Over a fold in one stride, still at round offsets.
      offset = Math.ceil((fold.to - origin) / step) * step - step
      continue
    }
    found.push(offset)
  }
  return found
}
