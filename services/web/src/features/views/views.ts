// Views of the list of jobs: names for addresses, which jobs and of which time. How the list looks, its columns, is no part of it.
import * as v from 'valibot'
import { filterIn } from '@/features/jobs/job-filter'
import { filterSearch, inAddress } from '@/features/jobs/job-search'
import type { ViewOut, ViewQueryIn } from '@/generated/rest'
import { daySearch, LIVE, rangeOf, rangeSearch, spanSearch, windowQuery } from '@/lib/range'

const viewSearch = v.object({ ...filterSearch.entries, ...rangeSearch.entries })
export type ViewSearch = v.InferOutput<typeof viewSearch>

export interface View {
  readonly name: string
  readonly search: ViewSearch
  /** What its name leaves open. */
  readonly note?: string
}

/** One that somebody saved: on the server, or in this browser where the server takes none. */
export interface SavedView extends View {
  /** What the address calls it by. */
  readonly id: string
  /** Who made it, where that is somebody else. */
  readonly by: string | null
  readonly isShared: boolean
  readonly mayChange: boolean
  readonly isOfBrowser: boolean
  /** Some of what it asks for may not be read: without that it would show other jobs. */
  readonly isHidden: boolean
}

export const LONGEST_NAME = 60
const MOST_KEPT = 30

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
    Object.entries({ ...search, ...LIVE, ...queryTime(search) })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  )

function queryTime(search: ViewSearch): Pick<ViewQueryIn, 'range' | 'after' | 'before'> {
  const range = rangeOf(search)
  if (range.kind === 'live') return {}
  return range.kind === 'span' ? { range: range.span } : windowQuery(range)
}

/** As the server keeps it. */
export const asQuery = (search: ViewSearch): ViewQueryIn => ({ ...inAddress(filterIn(search)), ...queryTime(search) })

/** As the server has it, in the words of addresses. What this version does not know of it is left out. */
export const savedView = ({ id, name, query, shared, is_yours, may_change, created_by }: ViewOut): SavedView => ({
  id,
  name,
  search: { ...LIVE, ...v.parse(viewSearch, query) },
  by: is_yours ? null : created_by,
  isShared: shared,
  mayChange: may_change,
  isOfBrowser: false,
  isHidden: Object.values(query).includes(null),
})

/** The view an address shows. Of several that show the same it is the one that was opened, by `id`; one that was opened and shows
 * something else by now is changed. */
export function viewShown<Known extends View>(views: readonly Known[], opened: Known | undefined, shown: ViewSearch): { readonly view: Known; readonly isChanged: boolean } | null {
  const asked = spelled(shown)
  const same = (view: Known): boolean => spelled(view.search) === asked
  const view = opened && same(opened) ? opened : (views.find(same) ?? opened)
  return view ? { view, isChanged: !same(view) } : null
}

/** One of this browser's; `isRefused`: the server was asked to take it, and did not. */
export interface KeptView extends View {
  readonly isRefused?: boolean | undefined
}

const kept = v.array(
  v.object({
    name: v.pipe(v.string(), v.nonEmpty(), v.maxLength(LONGEST_NAME)),
    search: viewSearch,
    isRefused: v.optional(v.fallback(v.boolean(), false)),
  }),
)

/** As this browser keeps them; what it cannot read is as if it were not there. */
export function readViews(text: string | null): readonly KeptView[] {
  if (text === null) return []
  try {
    const found = v.safeParse(kept, JSON.parse(text))
    return found.success ? found.output.map(({ search, ...view }) => ({ ...view, search: { ...LIVE, ...search } })) : []
  } catch {
    return []
  }
}

export const viewOfBrowser = ({ name, search }: KeptView): SavedView => ({ id: name, name, search, by: null, isShared: false, mayChange: true, isOfBrowser: true, isHidden: false })

/** A name is one view: a new one of it takes the old one's place. */
export function withView(views: readonly KeptView[], view: KeptView): readonly KeptView[] {
  const place = views.findIndex(({ name }) => name === view.name)
  return place === -1 ? [...views, view].slice(-MOST_KEPT) : views.with(place, view)
}

export const withoutView = (views: readonly KeptView[], name: string): readonly KeptView[] => views.filter((view) => view.name !== name)
