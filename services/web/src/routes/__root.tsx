import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Link, Outlet, retainSearchParams } from '@tanstack/react-router'
import * as v from 'valibot'
import { PageFailure } from '@/components/page-failure'
import { EventStreamProvider } from '@/components/providers/event-stream-provider'
import { Shell } from '@/components/shell'
import { installationQuery } from '@/features/installation/api'
import { rangeSearch } from '@/lib/range'
import { chartSearch } from '@/ui/charts-as-tables'
import { NotFound } from '@/ui/nothing'

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  validateSearch: v.object({ ...rangeSearch.entries, ...chartSearch.entries }),
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(installationQuery())
  },
  // The range goes along from page to page: a number and the list behind it speak of the same time. How charts are read does, too.
  search: { middlewares: [retainSearchParams(['range', 'after', 'before', 'tables'])] },
  component: Root,
  notFoundComponent: UnknownPage,
  errorComponent: PageFailure,
})

function Root() {
  return (
    <EventStreamProvider>
      <Shell>
        <Outlet />
      </Shell>
    </EventStreamProvider>
  )
}

function UnknownPage() {
  return (
    <>
      <NotFound detail="This address is not a page of Millstream." />
      <p style={{ textAlign: 'center' }}>
        <Link to="/dashboard">Go to the dashboard</Link>
      </p>
    </>
  )
}
