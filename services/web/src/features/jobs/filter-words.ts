// A filter of the list in words, part by part, each with the filter that is left without it: what the chips say, and which of them
// is to be dropped when nothing is left.
import type { JobFilter } from '@/features/jobs/job-filter'
import { spanText } from '@/lib/duration-class'
import { statusWord } from '@/ui/status'

export interface FilterWords {
  /** Of which part of the filter it is. */
  readonly of: keyof JobFilter
  readonly text: string
  readonly without: JobFilter
}

type OneOf = 'function' | 'worker_id' | 'pod' | 'version' | 'interrupted_by' | 'root_id' | 'parent_id' | 'fingerprint' | 'trace_id' | 'idempotency_key'
/** Asked for together, as many as there are. */
export const MANY = [
  'tag',
  'argument',
  'not_function',
  'not_worker_id',
  'not_tag',
  'not_pod',
  'not_version',
  'not_root_id',
  'not_parent_id',
  'not_fingerprint',
  'not_trace_id',
  'not_idempotency_key',
  'not_error',
  'not_argument',
] as const satisfies readonly (keyof JobFilter)[]
export type ManyOf = (typeof MANY)[number]

/** From the widest to the narrowest. */
export function wordsOf(filter: JobFilter): FilterWords[] {
  const { status = [], q } = filter
  return [
    ...one(filter, 'function', 'Function'),
    ...(status.length > 0 ? [{ of: 'status' as const, text: `Status ${status.map(statusWord).join(' or ').toLowerCase()}`, without: { ...filter, status: undefined } }] : []),
    ...many(filter, 'not_function', 'Not function'),
    ...many(filter, 'not_worker_id', 'Not worker'),
    ...many(filter, 'not_tag', 'Not tag'),
    ...many(filter, 'not_version', 'Not version'),
    ...many(filter, 'not_pod', 'Not in pod'),
    ...many(filter, 'not_root_id', 'Not in the tree of'),
    ...many(filter, 'not_parent_id', 'Not child of'),
    ...many(filter, 'not_fingerprint', 'Not failures of kind'),
    ...many(filter, 'not_trace_id', 'Not trace'),
    ...many(filter, 'not_idempotency_key', 'Not idempotency key'),
    ...many(filter, 'not_error', 'Error without'),
    ...many(filter, 'not_argument', 'Not argument'),
    ...one(filter, 'version', 'Version'),
    ...one(filter, 'pod', 'In pod'),
    ...one(filter, 'worker_id', 'Worker'),
    ...many(filter, 'tag', 'Tag'),
    ...one(filter, 'interrupted_by', 'Interrupted on'),
    ...said('has_children', filter.has_children === undefined ? null : filter.has_children ? 'With children' : 'Without children', { ...filter, has_children: undefined }),
    ...one(filter, 'root_id', 'Tree of'),
    ...one(filter, 'parent_id', 'Child of'),
    ...said('min_attempts', attemptsText(filter.min_attempts, filter.max_attempts), { ...filter, min_attempts: undefined, max_attempts: undefined }),
    ...said('min_wait_ms', spanText('Waited', filter.min_wait_ms, filter.below_wait_ms), { ...filter, min_wait_ms: undefined, below_wait_ms: undefined }),
    ...said('min_duration_ms', spanText('Took', filter.min_duration_ms, filter.below_duration_ms), { ...filter, min_duration_ms: undefined, below_duration_ms: undefined }),
    ...one(filter, 'trace_id', 'Trace'),
    ...one(filter, 'fingerprint', 'Failures of kind'),
    ...one(filter, 'idempotency_key', 'Idempotency key'),
    ...many(filter, 'argument', 'Argument'),
    ...said('q', q === undefined ? null : `Search “${q}”`, { ...filter, q: undefined }),
  ]
}

/** The narrowest part, the first to drop when nothing is left; null when there is none. */
export function narrowest(filter: JobFilter): { readonly name: string; readonly without: JobFilter } | null {
  const last = wordsOf(filter).at(-1)
  return last ? { name: last.text.charAt(0).toLowerCase() + last.text.slice(1), without: last.without } : null
}

const said = (of: keyof JobFilter, text: string | null, without: JobFilter): FilterWords[] => (text === null ? [] : [{ of, text, without }])

const one = (filter: JobFilter, of: OneOf, word: string): FilterWords[] => {
  const value = filter[of]
  return said(of, value === undefined ? null : `${word} ${value}`, { ...filter, [of]: undefined })
}

const many = (filter: JobFilter, of: ManyOf, word: string): FilterWords[] => {
  const values = filter[of] ?? []
  return values.map((value) => {
    const others = values.filter((other) => other !== value)
    return { of, text: `${word} ${value}`, without: { ...filter, [of]: others.length > 0 ? others : undefined } }
  })
}

function attemptsText(least: number | undefined, most: number | undefined): string | null {
  if (most === 0) return 'No attempt'
  if (most === undefined) return least === undefined ? null : `At least ${attempts(least)}`
  if (least === undefined) return `At most ${attempts(most)}`
  return least === most ? attempts(most) : `${String(least)} to ${attempts(most)}`
}

const attempts = (number: number): string => (number === 1 ? '1 attempt' : `${String(number)} attempts`)
