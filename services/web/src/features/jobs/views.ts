// Views of the list of jobs: names for addresses, which jobs and of which time. There are no users: who names one has it in
// this browser. How the list looks, its columns, is no part of it.
import * as v from 'valibot'
import { filterSearch } from '@/features/jobs/job-search'
import { daySearch, LIVE, rangeSearch, spanSearch } from '@/lib/range'

const viewSearch = v.object({ ...filterSearch.entries, ...rangeSearch.entries })
export type ViewSearch = v.InferOutput<typeof viewSearch>

export interface View {
  readonly name: string
  readonly search: ViewSearch
  /** What its name leaves open. */
  readonly note?: string
}

export const LONGEST_NAME = 40
const MOST_VIEWS = 30

export const FAILED: View = { name: 'Failed', search: { status: ['failed'], ...LIVE } }
const BUILT_IN: readonly View[] = [
  { name: 'All', search: LIVE },
  FAILED,
  { name: 'Running', search: { status: ['active'], ...LIVE } },
  { name: 'Parents only', note: 'Jobs that enqueued others, wherever in a tree', search: { has_children: true, ...LIVE } },
  { name: 'Last hour', search: spanSearch('1h') },
]

/** What everybody has, with the day an instant is in. */
export const builtIn = (now: number): readonly View[] => [...BUILT_IN, { name: 'Today', search: daySearch(now) }]

/** Of an address what a view is about. */
export const viewedBy = (search: unknown): ViewSearch => v.parse(v.fallback(viewSearch, {}), search)

/** The same for the same jobs, in whatever order the address says it. */
export const spelled = (search: ViewSearch): string =>
  JSON.stringify(
    Object.entries(search)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  )

const kept = v.array(v.object({ name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(LONGEST_NAME)), search: viewSearch }))

/** As this browser keeps them; what it cannot read is as if it were not there. */
export function readViews(text: string | null): readonly View[] {
  if (text === null) return []
  try {
    const found = v.safeParse(kept, JSON.parse(text))
    return found.success ? found.output.map(({ name, search }) => ({ name, search: { ...LIVE, ...search } })) : []
  } catch {
    return []
  }
}

/** A name is one view: a new one of it takes the old one's place. */
export function withView(views: readonly View[], view: View): readonly View[] {
  const place = views.findIndex(({ name }) => name === view.name)
  return place === -1 ? [...views, view].slice(-MOST_VIEWS) : views.with(place, view)
}

export const withoutView = (views: readonly View[], name: string): readonly View[] => views.filter((view) => view.name !== name)
