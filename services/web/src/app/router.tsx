import { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { PageFailure } from '@/components/page-failure'
import { isWorthRetrying } from '@/lib/api-client'
import { readAt, type RangeSearch } from '@/lib/range'
import { routeTree } from '@/routeTree.gen'

// Streams keep what is shown fresh and invalidate what they cannot; nothing refetches for its age alone. Without a network a
// read fails and says so, instead of waiting in silence.
export const createQueryClient = (): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: isWorthRetrying, refetchOnWindowFocus: false, networkMode: 'always' } } })

const spanOf = (location: { readonly search: RangeSearch } | undefined): RangeSearch['range'] => location?.search.range

export const createAppRouter = (queryClient: QueryClient) => {
  const router = createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: false,
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    // In the place of the page: what is around it stays.
    defaultErrorComponent: PageFailure,
  })
  // A span ends now when it is entered, by whatever door; from page to page it stays the same one.
  router.subscribe('onBeforeLoad', ({ fromLocation, toLocation }) => {
    const span = spanOf(toLocation)
    if (span !== undefined && span !== spanOf(fromLocation)) readAt.refresh()
  })
  return router
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
  interface StaticDataRouteOption {
    /** What the page shows is of now, or of the last day: a range changes none of it. */
    readonly isAlwaysLive?: boolean
  }
}
