// Endpoints by what their paths begin with, `/orders` of `/orders/{id}/items`: what an API is about, where it has many.
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import type { EndpointFigures } from '@/features/apis/figures'
import { count } from '@/lib/format'
import type { Grouping } from '@/ui/data-table'

/** Of fewer endpoints nobody needs an order. */
export const LEAST_GROUPED = 8

/** What is no path, as what matched no route, is a group of its own. */
export const beginningOf = ({ method, path }: Endpoint): string => (path.startsWith('/') ? `/${path.split('/')[1] ?? ''}` : endpointText({ method, path }))

export const BY_PATH: Grouping<EndpointFigures> = {
  of: beginningOf,
  others: '/',
  isFolded: () => false,
  onFold: null,
  note: (rows) => {
    const requests = rows.reduce((sum, one) => sum + one.requests, 0)
    return `${count(rows.length)} ${rows.length === 1 ? 'endpoint' : 'endpoints'} · ${count(requests)} ${requests === 1 ? 'request' : 'requests'}`
  },
}
