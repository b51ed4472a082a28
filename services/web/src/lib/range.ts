// The one range of every page, as the address has it: live, the last so long, or from one instant to another.
import * as v from 'valibot'
import { keysOf } from '@/lib/keys-of'
import { optional } from '@/lib/search-params'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/time-units'

export const SPANS = { '15m': 15 * MINUTE_MS, '1h': HOUR_MS, '6h': 6 * HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS } as const
export type Span = keyof typeof SPANS
export const SPAN_NAMES = keysOf(SPANS)

const instant = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
)

/** What a range adds to the address. Neither is live; `after` and `before` together beat `range`. */
export const rangeSearch = v.object({ range: optional(v.picklist(SPAN_NAMES)), after: optional(instant), before: optional(instant) })
export type RangeSearch = v.InferOutput<typeof rangeSearch>

export type Range = { readonly kind: 'live' } | { readonly kind: 'span'; readonly span: Span } | { readonly kind: 'custom'; readonly after: number; readonly before: number }

export const LIVE: RangeSearch = { range: undefined, after: undefined, before: undefined }
export const spanSearch = (span: Span): RangeSearch => ({ range: span, after: undefined, before: undefined })
export const customSearch = (after: number, before: number): RangeSearch => ({
  range: undefined,
  after: new Date(after).toISOString(),
  before: new Date(before).toISOString(),
})

/** The whole of a day, in the reader's zone: it is the same all day long, and grows when it is read again. */
export function daySearch(at: number): RangeSearch {
  const from = new Date(at)
  from.setHours(0, 0, 0, 0)
  const to = new Date(from)
  // Not so many hours later: some days have one more, or one less.
  to.setDate(to.getDate() + 1)
  return customSearch(from.getTime(), to.getTime())
}

export function rangeOf({ range, after, before }: RangeSearch): Range {
  const from = after === undefined ? NaN : Date.parse(after)
  const to = before === undefined ? NaN : Date.parse(before)
  if (from < to) return { kind: 'custom', after: from, before: to }
  return range === undefined ? { kind: 'live' } : { kind: 'span', span: range }
}

/** Where to look when nothing was found in a range: in seven days, else in all there is. Null is where all is looked at already. */
export function widerThan(range: Range): { readonly words: string; readonly search: RangeSearch } | null {
  if (range.kind === 'live') return null
  if (range.kind === 'span' && range.span !== '7d') return { words: 'the last 7 days', search: spanSearch('7d') }
  return { words: 'all that is kept', search: LIVE }
}

/** A stretch of time that does not move: a page shows what was in it, as read at `readAt`. */
export interface TimeWindow {
  readonly after: number
  readonly before: number
  readonly readAt: number
}

/** Null is live. A span ends where it was last read, so that every figure and list of a page speaks of the same time. */
export function windowOf(search: RangeSearch, readAt: number): TimeWindow | null {
  const range = rangeOf(search)
  switch (range.kind) {
    case 'live':
      return null
    case 'span':
      return { after: readAt - SPANS[range.span], before: readAt, readAt }
    case 'custom':
      return { after: range.after, before: range.before, readAt }
  }
}

/** When the pages' windows were last read: on opening, on choosing a span, on Refresh. */
class ReadAt {
  private at = Date.now()
  private readonly listeners = new Set<() => void>()

  get = (): number => this.at

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  refresh = (): void => {
    this.at = Date.now()
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}

export const readAt = new ReadAt()

/** As the API wants a window in a query. */
export const windowQuery = ({ after, before }: Pick<TimeWindow, 'after' | 'before'>): { after: string; before: string } => ({
  after: new Date(after).toISOString(),
  before: new Date(before).toISOString(),
})

export type Step = '10s' | '1m' | '5m' | '1h'
export const STEP_MS: Readonly<Record<Step, number>> = { '10s': 10 * SECOND_MS, '1m': MINUTE_MS, '5m': 5 * MINUTE_MS, '1h': HOUR_MS }
/** How far back the server keeps buckets of a step; the longest is the limit of every chart. */
export const KEPT_MS: Readonly<Record<Step, number>> = { '10s': 3 * HOUR_MS, '1m': 26 * HOUR_MS, '5m': 8 * DAY_MS, '1h': 35 * DAY_MS }
const STEPS = keysOf(STEP_MS)
const MOST_BARS = 100

/** The finest step that still is a chart one can read, and is still kept so far back. */
export function stepFor(after: number, before: number, now: number): Step {
  return STEPS.find((step) => (before - after) / STEP_MS[step] <= MOST_BARS && now - after <= KEPT_MS[step]) ?? '1h'
}
