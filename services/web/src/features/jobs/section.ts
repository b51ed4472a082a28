// A section of a tree's time: which of it the waterfall shows. Instants are milliseconds since the epoch.
import type { TimeScale } from '@/features/jobs/time-scale'

export interface Section {
  readonly from: number
  /** Null: as far as the tree has come by now. */
  readonly to: number | null
}

/** Shares of the whole, as it is drawn: 0 at the left, 1 at the right. */
export interface Brush {
  readonly left: number
  readonly right: number
}

/** What is narrower could not be taken hold of. */
export const LEAST_BRUSH = 0.005
export const WHOLE: Brush = { left: 0, right: 1 }

const SPELLED = /^(\d{1,15})-(\d{1,15})?$/
export const SECTION_CHARS = 31

/** As an address has it; null for what is none. */
export function readSection(text: string | undefined): Section | null {
  const [, from, to] = SPELLED.exec(text ?? '') ?? []
  if (from === undefined) return null
  const section = { from: Number(from), to: to === undefined ? null : Number(to) }
  return section.to !== null && section.to <= section.from ? null : section
}

export const spellSection = ({ from, to }: Section): string => `${String(Math.floor(from))}-${to === null ? '' : String(Math.ceil(to))}`

/** What of it lies within the tree's time; null where that is nothing, or all. */
export function within(section: Section | null, { from, to }: Pick<TimeScale, 'from' | 'to'>): { from: number; to: number } | null {
  if (section === null) return null
  const shown = { from: Math.max(from, section.from), to: Math.min(to, section.to ?? to) }
  return shown.from < shown.to && (shown.from > from || shown.to < to) ? shown : null
}

export const brushOf = (whole: TimeScale, shown: { from: number; to: number } | null): Brush =>
  shown === null ? WHOLE : { left: whole.place(shown.from), right: whole.place(shown.to) }

/** Null for the whole. Of a tree that goes on, what reaches its end goes on with it. */
export function sectionOf(whole: TimeScale, { left, right }: Brush, isLive: boolean): Section | null {
  const from = left <= 0 ? whole.from : timeAt(whole, left)
  const to = right >= 1 ? null : timeAt(whole, right)
  if (left <= 0 && to === null) return null
  return { from, to: to ?? (isLive ? null : whole.to) }
}

/** The instant at a share of the scale. It only grows, so it is found by halving. */
function timeAt({ from, to, place }: TimeScale, share: number): number {
  let [low, high] = [from, to]
  while (high - low > 0.5) {
    const middle = (low + high) / 2
    if (place(middle) < share) low = middle
    else high = middle
  }
  return high
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

/** As wide as it was, as far as there is room. */
export function moved({ left, right }: Brush, by: number): Brush {
  const shift = clamp(by, -left, 1 - right)
  return { left: left + shift, right: right + shift }
}

export const withLeft = ({ right }: Brush, to: number): Brush => ({ left: clamp(to, 0, right - LEAST_BRUSH), right })
export const withRight = ({ left }: Brush, to: number): Brush => ({ left, right: clamp(to, left + LEAST_BRUSH, 1) })

export function between(one: number, other: number): Brush {
  const left = clamp(Math.min(one, other), 0, 1 - LEAST_BRUSH)
  return { left, right: clamp(Math.max(one, other), left + LEAST_BRUSH, 1) }
}

const MOVE = 0.1
const RESIZE = 0.1
const PAGE = 0.9

/** What a key makes of it; null where it means nothing here. Arrows move it by a part of its width, with Shift its end. */
export function byKey(brush: Brush, key: string, isShift: boolean): Brush | null {
  const width = brush.right - brush.left
  const way = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[key]
  if (key === 'Escape') return WHOLE
  if (key === 'Home') return moved(brush, -1)
  if (key === 'End') return moved(brush, 1)
  if (way === undefined) return null
  if (key.startsWith('Page')) return moved(brush, way * width * PAGE)
  return isShift ? withRight(brush, brush.right + way * width * RESIZE) : moved(brush, way * width * MOVE)
}
