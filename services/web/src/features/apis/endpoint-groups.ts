// Endpoints by what their paths begin with, `/orders` of `/orders/{id}/items`, or by their first tag: what an API is about, where it has many.
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import type { EndpointFigures } from '@/features/apis/figures'
import { count } from '@/lib/format'
import type { Grouping } from '@/ui/data-table'

/** Of fewer endpoints nobody needs an order. */
export const LEAST_GROUPED = 8

/** What is no path, as what matched no route, is a group of its own. */
export const beginningOf = ({ method, path }: Endpoint): string => (path.startsWith('/') ? `/${path.split('/')[1] ?? ''}` : endpointText({ method, path }))

export const GROUPINGS = ['path', 'tag'] as const
export type EndpointGrouping = (typeof GROUPINGS)[number]
export const GROUPING_WORDS: Readonly<Record<EndpointGrouping, string>> = { path: 'By path', tag: 'By tag' }

/** Which of them say anything of these: tags only where any has one. */
export const groupingsOf = (rows: readonly Pick<EndpointFigures, 'tags'>[]): readonly EndpointGrouping[] =>
  rows.length < LEAST_GROUPED ? [] : GROUPINGS.filter((one) => one !== 'tag' || rows.some(({ tags }) => tags.length > 0))

const grouping = (of: (row: EndpointFigures) => string, others: string): Grouping<EndpointFigures> => ({
  of,
  others,
  isFolded: () => false,
  onFold: null,
  note: (rows) => {
    const requests = rows.reduce((sum, one) => sum + one.requests, 0)
    return `${count(rows.length)} ${rows.length === 1 ? 'endpoint' : 'endpoints'} · ${count(requests)} ${requests === 1 ? 'request' : 'requests'}`
  },
})

/** A tag that comes first says what an endpoint is about; others, how. */
export const GROUPED: Readonly<Record<EndpointGrouping, Grouping<EndpointFigures>>> = {
  path: grouping(beginningOf, '/'),
  tag: grouping(({ tags }) => tags[0] ?? '', 'Without a tag'),
}
