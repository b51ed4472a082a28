import { queryOptions } from '@tanstack/react-query'
import { asQuery, savedView, type KeptView, type SavedView, type ViewSearch } from '@/features/views/views'
import { ApiProblem, deleteAt, getJson, patchJson, postJson } from '@/lib/api-client'

/** Null where the service is of a version that keeps no views: it takes their path for a job's. */
export interface ServerViews {
  readonly views: readonly SavedView[]
  readonly mayShare: boolean
}

const isOfBefore = (error: unknown): boolean => error instanceof ApiProblem && (error.status === 404 || error.status === 405)

/** They change a few times a day and no stream tells of it: whoever comes to the page, or back to it, asks. */
export const savedViewsQuery = () =>
  queryOptions({
    queryKey: ['views'],
    queryFn: async ({ signal }): Promise<ServerViews | null> => {
      try {
        const { views, may_share } = await getJson('/jobs/views', { signal })
        return { views: views.map(savedView), mayShare: may_share }
      } catch (error) {
        if (isOfBefore(error)) return null
        throw error
      }
    },
    staleTime: 0,
    refetchOnWindowFocus: true,
  })

export const postView = (name: string, search: ViewSearch, isShared: boolean): Promise<unknown> => postJson('/jobs/views', { body: { name, query: asQuery(search), shared: isShared } })

export interface ViewChange {
  readonly name?: string
  readonly search?: ViewSearch
  readonly isShared?: boolean
}

export const patchView = (id: string, { name, search, isShared }: ViewChange): Promise<unknown> =>
  patchJson('/jobs/views/{view_id}', { path: { view_id: id }, body: { name, query: search && asQuery(search), shared: isShared } })

export const deleteView = (id: string): Promise<void> => deleteAt('/jobs/views/{view_id}', { path: { view_id: id } })

/** What of a browser's views stays there: those the server was asked to take and refused, and those it could not be asked for. */
export async function moveToServer(kept: readonly KeptView[], post: typeof postView): Promise<readonly KeptView[]> {
  const left: KeptView[] = []
  for (const view of kept) {
    if (view.isRefused) {
      left.push(view)
      continue
    }
    try {
      await post(view.name, view.search, false)
    } catch (error) {
      left.push(error instanceof ApiProblem && error.status < 500 ? { ...view, isRefused: true } : view)
    }
  }
  return left
}
