import type { ApiRequestEvent } from '@/generated/payloads'

/** What the request log may be narrowed to; all of it is asked of the server, and of what the stream brings. */
export interface RequestFilter {
  readonly api_name?: string | undefined
  readonly method?: string | undefined
  readonly path?: string | undefined
  readonly status?: number | undefined
  readonly instance_id?: string | undefined
}

const FIELDS = ['api_name', 'method', 'path', 'status', 'instance_id'] as const

export const isWithinRequests = (filter: RequestFilter, request: Pick<ApiRequestEvent, (typeof FIELDS)[number]>): boolean =>
  FIELDS.every((field) => filter[field] === undefined || filter[field] === request[field])

/** The narrowest filter of the log, the first to drop when nothing is left; the API itself is the page. */
export function narrowestRequests(filter: RequestFilter): { name: string; without: RequestFilter } | null {
  if (filter.instance_id !== undefined) return { name: `instance ${filter.instance_id}`, without: { ...filter, instance_id: undefined } }
  if (filter.status !== undefined) return { name: `status ${String(filter.status)}`, without: { ...filter, status: undefined } }
  if (filter.path !== undefined) return { name: `path ${filter.path}`, without: { ...filter, path: undefined } }
  if (filter.method !== undefined) return { name: `method ${filter.method}`, without: { ...filter, method: undefined } }
  return null
}
