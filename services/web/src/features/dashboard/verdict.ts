// A figure of a stretch of time, and what it was before: at the same time yesterday, or in what led up to it.
import { MINUTE_MS } from '@/lib/time-units'

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
  /** The same figure to compare with; null where there is none, undefined while it is not known which. */
  readonly before: Before | null | undefined
  readonly trace: readonly (number | null)[]
}

export interface Before {
  readonly value: number
  readonly of: 'yesterday' | 'lead'
}

export interface Judged {
  readonly samples: readonly Sample[]
  /** Where the stretch begins; the samples before it led up to it. */
  readonly from: number
  readonly stepMs: number
  readonly now: number
  /** The same stretch a day before; null where nothing can be said of it, undefined while it is not read. */
  readonly yesterday: Yesterday | null | undefined
}

export interface Yesterday {
  readonly samples: readonly Sample[]
  readonly until: number
}

type Figure = (samples: readonly Sample[], until: number) => number | null

export const rateVerdict = (judged: Judged): Verdict => ({
  value: perMinute(shownOf(judged), shownUntil(judged)),
  before: before(judged, sinceBegun),
  trace: drawn(judged).map(({ of }) => of / (judged.stepMs / MINUTE_MS)),
})

/** A share in percent. */
export const shareVerdict = (judged: Judged): Verdict => ({ value: shareOf(shownOf(judged)), before: before(judged, shareOf), trace: drawn(judged).map((one) => shareOf([one])) })

/** A percentile: those of buckets do not add up, so the newest one is said, and what it is compared with is the middle of those. */
export const latencyVerdict = (judged: Judged): Verdict => ({
  value: timesOf(shownOf(judged)).at(-1) ?? null,
  before: before(judged, (samples) => middle(timesOf(samples))),
  trace: drawn(judged).map(({ ms }) => ms),
})

const shownOf = ({ samples, from }: Judged): readonly Sample[] => samples.filter(({ at }) => at >= from)
const shownUntil = (judged: Judged): number => Math.min(judged.now, (shownOf(judged).at(-1)?.at ?? 0) + judged.stepMs)

/** The bucket that still fills says too little, so it is not drawn. */
const drawn = ({ samples, stepMs, now }: Judged): readonly Sample[] => samples.filter(({ at }) => at + stepMs <= now)

/** Where nothing at all was counted yesterday, nobody knows whether nothing happened or nobody counted yet: then it is what led up to it. */
function before({ yesterday, samples, from }: Judged, figure: Figure): Before | null | undefined {
  if (yesterday === undefined) return undefined
  const then = yesterday?.samples.some(({ of }) => of > 0) ? figure(yesterday.samples, yesterday.until) : null
  if (then !== null) return { value: then, of: 'yesterday' }
  const value = figure(samples.filter(({ at }) => at < from), from)
  return value === null ? null : { value, of: 'lead' }
}

const perMinute: Figure = (samples, until) => {
  const [first] = samples
  const minutes = first ? (until - first.at) / MINUTE_MS : 0
  return minutes <= 0 ? null : samples.reduce((total, one) => total + one.of, 0) / minutes
}

/** An installation that began a minute ago has no usual rate yet. */
const sinceBegun: Figure = (samples, until) => {
  const begun = samples.findIndex(({ of }) => of > 0)
  return begun === -1 ? null : perMinute(samples.slice(begun), until)
}

const shareOf = (samples: readonly Sample[]): number | null => {
  const of = samples.reduce((total, one) => total + one.of, 0)
  return of === 0 ? null : (100 * samples.reduce((total, one) => total + one.bad, 0)) / of
}

const timesOf = (samples: readonly Sample[]): number[] => samples.flatMap(({ ms }) => (ms === null ? [] : [ms]))

const middle = (values: readonly number[]): number | null => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
