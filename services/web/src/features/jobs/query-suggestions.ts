// What could come next where something is typed into the search: qualifiers, each with a word on it, then values of one.
import { JOB_STATUSES, type Job } from '@/features/jobs/api'
import { pathsOf, scalarText, valueAt } from '@/features/jobs/argument-path'
import { ARGUMENT, QUALIFIERS } from '@/features/jobs/qualifiers'
import { spelledValue, tokensOf } from '@/features/jobs/query-tokens'
import { statusWord } from '@/ui/status'

export interface Suggestion {
  /** What takes the place of the word that is typed at. */
  readonly text: string
  readonly note: string
  /** Whether what is typed is its beginning: Tab takes it then. */
  readonly isBegun: boolean
}

export interface Suggestions {
  readonly from: number
  readonly to: number
  readonly list: readonly Suggestion[]
}

interface Value {
  readonly value: string
  readonly note?: string
}

/** What is known of what there is. */
export interface Known {
  readonly functions: readonly { readonly key: string; readonly name: string | null }[]
  readonly workers: readonly { readonly id: string; readonly worker_name: string; readonly version?: string | null; readonly pod?: { readonly name: string } | null }[]
  /** The rows at hand. */
  readonly jobs: readonly Job[]
}

const MOST = 10
const MOST_BY_PART = 3

/** For the word that ends at `caret`, or would begin there. */
export function suggestionsFor(typed: string, caret: number, known: Known): Suggestions {
  const token = tokensOf(typed).find(({ from, to }) => from < caret && caret <= to)
  const [from, to] = token ? [token.from, token.to] : [caret, caret]
  const part = typed.slice(from, caret)
  const sign = part.startsWith('-') ? '-' : ''
  const [, name, value] = /^([^:"]+):(.*)$/.exec(part.slice(sign.length)) ?? []
  const list = name === undefined || value === undefined ? namesLike(part.slice(sign.length), sign, known) : valuesLike(name, value.replace(/^"/, ''), sign, known)
  return { from, to, list: list.filter(({ text }) => text.trim() !== part).slice(0, part === '' ? undefined : MOST) }
}

function namesLike(part: string, sign: string, known: Known): Suggestion[] {
  const typed = part.toLowerCase()
  const names = [...QUALIFIERS].flatMap(([name, { word, readNot }]) =>
    name.startsWith(typed) && (sign === '' || readNot) ? [{ text: `${sign}${name}:`, note: sign ? `not ${word}` : word, isBegun: typed !== '' }] : [],
  )
  const paths = ARGUMENT.startsWith(typed) || typed.startsWith(ARGUMENT) ? pathsOf(known.jobs).filter((path) => (ARGUMENT + path).toLowerCase().startsWith(typed)) : []
  const args = paths.map((path) => ({ text: `${sign}${ARGUMENT}${path}:`, note: sign ? 'not given a value' : 'given a value', isBegun: typed !== '' }))
  if (typed === '') return [...names, ...args]
  const functions = known.functions.filter(({ key, name }) => `${key} ${name ?? ''}`.toLowerCase().includes(typed)).slice(0, MOST_BY_PART)
  return [...names, ...args, ...functions.map(({ key }) => ({ text: `${sign}fn:${key} `, note: 'function', isBegun: false }))]
}

function valuesLike(name: string, typed: string, sign: string, known: Known): Suggestion[] {
  const values = valuesOf(name, known)
  if (values === null || (sign !== '' && QUALIFIERS.get(name.toLowerCase())?.readNot === null)) return []
  // Of statuses several may be asked for, the one typed last is looked for.
  const before = name.toLowerCase() === 'status' ? typed.slice(0, typed.lastIndexOf(',') + 1) : ''
  const wanted = typed.slice(before.length).toLowerCase()
  const begins = (value: string): boolean => value.toLowerCase().startsWith(wanted)
  const like = values.filter(({ value, note = '' }) => `${value} ${note}`.toLowerCase().includes(wanted))
  return [...like.filter(({ value }) => begins(value)), ...like.filter(({ value }) => !begins(value))].map(({ value, note = '' }) => ({
    text: `${sign}${name}:${spelledValue(before + value)} `,
    note,
    isBegun: begins(value),
  }))
}

const LENGTHS: readonly Value[] = ['>1s', '>5s', '>30s', '>1m', '<1s'].map((value) => ({ value }))
const ofJobs = (pick: (job: Job) => string | null, note?: (job: Job) => string | null) => ({ jobs }: Known): readonly Value[] =>
  each(jobs.flatMap((job) => (pick(job) === null ? [] : [{ value: pick(job) ?? '', note: note?.(job) ?? '' }])))

const VALUES: ReadonlyMap<string, (known: Known) => readonly Value[]> = new Map([
  ['status', () => JOB_STATUSES.map((value) => ({ value, note: statusWord(value) }))],
  ['fn', ({ functions }: Known) => functions.map(({ key, name }) => ({ value: key, note: name === key ? '' : (name ?? '') }))],
  ['worker', ({ workers }: Known) => workers.map(({ id, worker_name }) => ({ value: id, note: worker_name }))],
  ['pod', ({ workers }: Known) => each(workers.flatMap(({ pod }) => (pod ? [{ value: pod.name }] : [])))],
  ['deploy', ({ workers }: Known) => each(workers.flatMap(({ version, worker_name }) => (version ? [{ value: version, note: worker_name }] : [])))],
  ['tag', ({ jobs }: Known) => each(jobs.flatMap(({ tags }) => (tags ?? []).map((value) => ({ value }))))],
  ['parent', ofJobs(({ parent_id: id }) => id)],
  ['tree', ofJobs(({ root_id: id }) => id, ({ function_name: name }) => name)],
  ['trace', ofJobs(({ trace_id: id }) => id, ({ function_name: name }) => name)],
  ['kind', ofJobs(({ error_fingerprint: kind }) => kind, ({ error_type: type }) => type)],
  ['has', () => [{ value: 'children' }]],
  ['attempt', () => ['>1', '>2', '<1'].map((value) => ({ value }))],
  ['wait', () => LENGTHS],
  ['took', () => LENGTHS],
  ['dur', () => LENGTHS],
])

/** Null of what is no qualifier. */
function valuesOf(name: string, known: Known): readonly Value[] | null {
  if (!name.toLowerCase().startsWith(ARGUMENT)) return VALUES.get(name.toLowerCase())?.(known) ?? null
  const path = name.slice(ARGUMENT.length)
  return each(known.jobs.flatMap(({ kwargs }) => scalarText(valueAt(kwargs, path)) ?? []).map((value) => ({ value })))
}

const each = (values: readonly Value[]): Value[] => [...new Map(values.map((one) => [one.value, one])).values()]
