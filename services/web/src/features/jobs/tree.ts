// The jobs of a tree as the rows of a treegrid: what is open, what is folded, and like siblings as one row.
import { attemptKey } from '@/features/jobs/attempt-key'
import { JOB_STATUSES, type Job, type JobStatus } from '@/features/jobs/api'
import type { Run } from '@/features/jobs/segments'
import type { ApiRequestEvent } from '@/generated/rest'

/** More siblings of one function than this are one row until it is opened. */
export const GROUP_ABOVE = 8

/** So many rows opened or folded by hand are remembered; the first are forgotten. An address has its bounds. */
export const MOST_TOGGLED = 40

/** `keys` with this one changed from opened to folded, or back. */
export const toggle = (keys: readonly string[], key: string): string[] =>
  keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key].slice(-MOST_TOGGLED)

/** How it is open before anything is opened or folded by hand: as it begins (groups folded, everything else open), all of it, or its first rows only. */
export type Opening = 'usual' | 'all' | 'none'

/** No job's id. */
export const REQUEST_KEY = 'request'

interface Place {
  readonly key: string
  readonly level: number
  readonly position: number
  readonly setSize: number
  /** Null where there is nothing to open. */
  readonly isOpen: boolean | null
}

export type TreeRow = Place &
  (
    | { readonly kind: 'request'; readonly request: ApiRequestEvent }
    | { readonly kind: 'job'; readonly job: Job }
    | { readonly kind: 'group'; readonly jobs: readonly Job[] }
    | { readonly kind: 'attempt'; readonly job: Job; readonly run: Run }
  )

export interface TreeShape {
  /** What the tree came from; null where that is not known. */
  readonly request: ApiRequestEvent | null
  /** What was opened or folded by hand, differently from `opening`. */
  readonly toggled: ReadonlySet<string>
  readonly opening: Opening
  /** Rows with an error in them, those they are below, and no others. */
  readonly isErrorsOnly: boolean
  /** The job whose attempts are rows of their own, and they. */
  readonly attemptsOf: string | null
  readonly runs: readonly Run[]
}

type Item = { readonly job: Job } | { readonly group: readonly Job[] } | { readonly job: Job; readonly run: Run }

export function treeRows(all: readonly Job[], shape: TreeShape): TreeRow[] {
  const jobs = shape.isErrorsOnly ? withErrors(all, shape) : all
  const isOpened = (key: string, usually: boolean): boolean => (shape.opening === 'usual' ? usually : shape.opening === 'all') !== shape.toggled.has(key)
  const known = new Set(jobs.map((job) => job.id))
  const children = new Map<string | null, Job[]>()
  for (const job of jobs) {
    const parent = job.parent_id !== null && known.has(job.parent_id) ? job.parent_id : null
    const siblings = children.get(parent)
    if (siblings) siblings.push(job)
    else children.set(parent, [job])
  }
  const rows: TreeRow[] = []
  const add = (items: readonly Item[], level: number): void => {
    items.forEach((item, index) => {
      const place = { level, position: index + 1, setSize: items.length }
      if ('group' in item) addGroup(item.group, place)
      else if ('run' in item) rows.push({ kind: 'attempt', key: attemptKey(item.job.id, item.run.attempt), ...place, isOpen: null, job: item.job, run: item.run })
      else addJob(item.job, place)
    })
  }
  const addJob = (job: Job, place: Omit<Place, 'key' | 'isOpen'>): void => {
    const below = itemsBelow(job, children.get(job.id) ?? [], shape)
    const isOpen = below.length === 0 ? null : isOpened(job.id, true)
    rows.push({ kind: 'job', key: job.id, ...place, isOpen, job })
    if (isOpen) add(below, place.level + 1)
  }
  const addGroup = (group: readonly Job[], place: Omit<Place, 'key' | 'isOpen'>): void => {
    const key = `${group[0]?.parent_id ?? ''}/${group[0]?.function ?? ''}`
    const isOpen = isOpened(key, shape.isErrorsOnly)
    rows.push({ kind: 'group', key, ...place, isOpen, jobs: group })
    if (isOpen) add(group.map((job) => ({ job })), place.level + 1)
  }
  const roots = grouped(children.get(null) ?? [])
  if (shape.request === null) add(roots, 1)
  else {
    const isOpen = isOpened(REQUEST_KEY, true)
    rows.push({ kind: 'request', key: REQUEST_KEY, level: 1, position: 1, setSize: 1, isOpen, request: shape.request })
    if (isOpen) add(roots, 2)
  }
  return rows
}

/** Jobs with an error, and those they come from. */
function withErrors(jobs: readonly Job[], { attemptsOf, runs }: TreeShape): Job[] {
  const known = new Map(jobs.map((job) => [job.id, job]))
  const kept = new Set<string>()
  for (const job of jobs) {
    if (!isFailing(job) && !(job.id === attemptsOf && runs.some(hasFailed))) continue
    for (let one: Job | undefined = job; one && !kept.has(one.id); one = known.get(one.parent_id ?? '')) kept.add(one.id)
  }
  return jobs.filter(({ id }) => kept.has(id))
}

function itemsBelow(job: Job, children: readonly Job[], { attemptsOf, runs, isErrorsOnly }: TreeShape): Item[] {
  const shown = isErrorsOnly ? runs.filter(hasFailed) : runs
  const attempts = attemptsOf === job.id && runs.length > 1 ? shown.map((run) => ({ job, run })) : []
  return [...attempts, ...grouped(children)]
}

function grouped(siblings: readonly Job[]): Item[] {
  if (siblings.length <= GROUP_ABOVE) return siblings.map((job) => ({ job }))
  const byFunction = new Map<string, Job[]>()
  for (const job of siblings) {
    const known = byFunction.get(job.function)
    if (known) known.push(job)
    else byFunction.set(job.function, [job])
  }
  // In the order of their first; what is few stays where it was.
  const done = new Set<string>()
  return siblings.flatMap((job): Item[] => {
    const alike = byFunction.get(job.function) ?? []
    if (alike.length <= GROUP_ABOVE) return [{ job }]
    if (done.has(job.function)) return []
    done.add(job.function)
    return [{ group: alike }]
  })
}

export const countsOf = (jobs: readonly Job[]): { status: JobStatus; count: number }[] =>
  JOB_STATUSES.map((status) => ({ status, count: jobs.filter((job) => job.status === status).length })).filter(({ count }) => count > 0)

/** The row that follows `key` with an error in it, going round; null when there is none. */
export function nextError(rows: readonly TreeRow[], key: string | null): TreeRow | null {
  const from = rows.findIndex((row) => row.key === key) + 1
  return [...rows.slice(from), ...rows.slice(0, from)].find(hasError) ?? null
}

function hasError(row: TreeRow): boolean {
  if (row.kind === 'request') return row.request.status >= 500
  if (row.kind === 'group') return row.jobs.some(isFailing)
  return row.kind === 'attempt' ? hasFailed(row.run) : isFailing(row.job)
}

/** Why a job failed, for good or until it is tried again, as its own row says it; null of every other row. */
export const reasonOf = (row: TreeRow): string | null => (row.kind === 'job' && isFailing(row.job) ? row.job.error : null)

/** For good, or until it is tried again. */
const isFailing = ({ status }: Job): boolean => status === 'failed' || status === 'retrying'
const hasFailed = ({ outcome }: Run): boolean => outcome === 'failure' || outcome === 'timeout'
