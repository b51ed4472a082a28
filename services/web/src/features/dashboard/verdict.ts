// Is anything wrong, and since when: a stretch of time judged by what led up to it, not by a fixed line.

/** What happened in one bucket, as far as one question goes. */
export interface Sample {
  readonly at: number
  /** How many the share is of: finished jobs, answered requests. */
  readonly of: number
  readonly bad: number
  readonly ms: number | null
}

export interface Verdict {
  readonly value: number | null
  /** The same figure for what led up to it. */
  readonly before: number | null
  /** When it became worse than usual; null while it is not. */
  readonly since: number | null
  readonly trace: readonly (number | null)[]
}

interface Judged {
  readonly samples: readonly Sample[]
  /** Where the stretch begins; the samples before it are what is usual. */
  readonly from: number
  readonly stepMs: number
  readonly now: number
}

/** Worse than usual is this many times the usual share, and never less than the floor. */
const TIMES_USUAL = 2
/** One odd bucket is noise: a bucket is judged together with those before it. */
const SMOOTHED = 3

const split = ({ samples, from }: Judged): [readonly Sample[], readonly Sample[]] => [samples.filter(({ at }) => at < from), samples.filter(({ at }) => at >= from)]

/** The bucket that still fills says too little, so it is not drawn. */
const drawn = ({ samples, stepMs, now }: Judged): readonly Sample[] => samples.filter(({ at }) => at + stepMs <= now)

const shareOf = (samples: readonly Sample[]): number | null => {
  const of = samples.reduce((total, one) => total + one.of, 0)
  return of === 0 ? null : (100 * samples.reduce((total, one) => total + one.bad, 0)) / of
}

export function rateVerdict(judged: Judged): Verdict {
  const [usual, shown] = split(judged)
  const perMinute = (samples: readonly Sample[], until: number): number | null => {
    const [first] = samples
    const minutes = first ? (until - first.at) / 60_000 : 0
    return minutes <= 0 ? null : samples.reduce((total, one) => total + one.of, 0) / minutes
  }
  const begun = usual.findIndex(({ of }) => of > 0)
  return {
    value: perMinute(shown, Math.min(judged.now, (shown.at(-1)?.at ?? 0) + judged.stepMs)),
    // An installation that began a minute ago has no usual rate yet.
    before: begun === -1 ? null : perMinute(usual.slice(begun), judged.from),
    since: null,
    trace: drawn(judged).map(({ of }) => of / (judged.stepMs / 60_000)),
  }
}

/** A share in percent; `floor` is what nobody would be woken for. */
export function shareVerdict(judged: Judged, floor: number): Verdict {
  const [usual, shown] = split(judged)
  const [value, before] = [shareOf(shown), shareOf(usual)]
  const limit = Math.max(floor, TIMES_USUAL * (before ?? 0))
  return {
    value,
    before,
    since: value !== null && value > limit ? beginning(judged.samples.filter(({ of }) => of > 0), (window) => (shareOf(window) ?? 0) > limit) : null,
    trace: drawn(judged).map((one) => shareOf([one])),
  }
}

/** A percentile: those of buckets do not add up, so the newest one is said, and the usual one is the middle of those before. */
export function latencyVerdict(judged: Judged, floorMs: number): Verdict {
  const [usual, shown] = split(judged)
  const known = shown.flatMap(({ ms }) => (ms === null ? [] : [ms]))
  const value = known.at(-1) ?? null
  const before = middle(usual.flatMap(({ ms }) => (ms === null ? [] : [ms])))
  const limit = Math.max(floorMs, TIMES_USUAL * (before ?? 0))
  return {
    value,
    before,
    since: value !== null && value > limit ? beginning(judged.samples.filter(({ ms }) => ms !== null), (window) => (window.at(-1)?.ms ?? 0) > limit) : null,
    trace: drawn(judged).map(({ ms }) => ms),
  }
}

const middle = (values: readonly number[]): number | null => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null

/** The beginning of the run of bad samples that reaches the newest. Buckets in which nothing happened are left out: they neither end nor make it. */
function beginning(told: readonly Sample[], isBad: (window: readonly Sample[]) => boolean): number | null {
  let since: number | null = null
  for (let end = told.length; end > 0; end -= 1) {
    if (!isBad(told.slice(Math.max(0, end - SMOOTHED), end))) break
    since = told[end - 1]?.at ?? null
  }
  return since
}
