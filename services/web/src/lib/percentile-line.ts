// Three percentiles as places on a line that many share. Milliseconds and seconds stand on it, so it is logarithmic.
export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export const NO_PERCENTILES: Percentiles = { p50: null, p95: null, p99: null }

/** What took no time at all is drawn where a line may begin. */
const LEAST_MS = 0.01
export const placeOf = (ms: number): number => Math.log10(Math.max(LEAST_MS, ms))

/** From a whole power of ten to another, so that it changes seldom; a millisecond to ten where nothing is known. */
export function lineOf(all: readonly Percentiles[]): { readonly from: number; readonly to: number } {
  const places = all.flatMap(({ p50, p99 }) => [p50, p99].flatMap((ms) => (ms === null ? [] : [placeOf(ms)])))
  if (places.length === 0) return { from: 0, to: 1 }
  const from = Math.floor(Math.min(...places))
  return { from, to: Math.max(from + 1, Math.ceil(Math.max(...places))) }
}
