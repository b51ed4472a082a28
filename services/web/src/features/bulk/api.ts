import { queryOptions } from '@tanstack/react-query'
import { filterIn, type JobFilter } from '@/features/jobs/job-filter'
import { inAddress } from '@/features/jobs/job-search'
import type { BulkActionOut } from '@/generated/rest'
import { getJson, postJson } from '@/lib/api-client'
import { windowQuery, type TimeWindow } from '@/lib/range'

export type BulkAction = Readonly<BulkActionOut>
export type BulkKind = BulkAction['action']

/** No stream tells of bulk actions: whoever looks at one that runs asks. */
export const BULK_INTERVAL_MS = 1000

export const bulkActionQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk', 'action', id],
    queryFn: ({ signal }) => getJson('/jobs/bulk/{action_id}', { path: { action_id: id }, signal }),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? BULK_INTERVAL_MS : false),
  })

const SHOWN = 100

export const bulkActionsQuery = () =>
  queryOptions({
    queryKey: ['bulk', 'actions'],
    queryFn: ({ signal }) => getJson('/jobs/bulk', { query: { limit: SHOWN }, signal }),
    refetchInterval: ({ state: { data } }) => (data?.bulk_actions.some(({ state }) => state === 'running') ? BULK_INTERVAL_MS : false),
  })

/** Every job the filter finds now, of a window where one is shown: found and counted, and nothing done to them yet. */
export const draftBulk = (action: BulkKind, filter: JobFilter, window: TimeWindow | null): Promise<BulkAction> =>
  postJson('/jobs/bulk', { body: { action, filter: { ...inAddress(filterIn(filter)), ...(window ? windowQuery(window) : {}) } } })

/** Those that are named, and nothing done to them yet; which of them it cannot be done to is said at once. */
export const draftPicked = (action: BulkKind, ids: readonly string[]): Promise<BulkAction> => postJson('/jobs/bulk', { body: { action, ids: [...ids] } })

export const startBulk = (id: string, name: string): Promise<BulkAction> =>
  postJson('/jobs/bulk/{action_id}/start', { path: { action_id: id }, body: { name: name.trim() || null } })

export const stopBulk = (id: string): Promise<BulkAction> => postJson('/jobs/bulk/{action_id}/stop', { path: { action_id: id } })
