// How many took how long: by classes of duration, the shortest first, the empty ones between them included.
import { durationText } from '@/lib/duration-text'

export interface DurationClass {
  /** In milliseconds. */
  readonly least: number
  /** Null: and all that took longer. */
  readonly below: number | null
  readonly count: number
}

export function classText({ least, below }: DurationClass): string {
  if (below === null) return `${durationText(least)} and more`
  return least === 0 ? `under ${durationText(below)}` : `${durationText(least)} – ${durationText(below)}`
}

/** A filter by a length of time in words, of which the first says what took or lasted so long; null where there is none. */
export function spanText(word: string, least: number | undefined, below: number | undefined): string | null {
  if (below === undefined) return least === undefined ? null : `${word} at least ${durationText(least)}`
  return least === undefined ? `${word} less than ${durationText(below)}` : `${word} ${durationText(least)} to ${durationText(below)}`
}

export const mostIn = (classes: readonly DurationClass[]): number => Math.max(0, ...classes.map(({ count }) => count))

/** How many percent of all were over by the end of a class. */
export function reachedBy(classes: readonly DurationClass[], place: number): number {
  const upTo = (end: number): number => classes.slice(0, end).reduce((sum, { count }) => sum + count, 0)
  return (100 * upTo(place + 1)) / upTo(classes.length)
}
