import '@/features/bulk/bulk.css'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { bulkActionsQuery } from '@/features/bulk/api'
import { BulkActionTable } from '@/features/bulk/bulk-action-table'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

export const Route = createFileRoute('/jobs/bulk/')({
  staticData: { isAlwaysLive: true },
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(bulkActionsQuery())
  },
  component: BulkActions,
})

function BulkActions() {
  const actions = useQuery(bulkActionsQuery())
  return (
    <>
      <PageHead title="Bulk actions" scope="What was done to many jobs at once, of 30 days" />
      <Panel title="Newest first" className="bulk-list">
        <QueryView query={actions} reserve={200}>
          {({ bulk_actions: found }) =>
            found.length > 0 ? (
              <BulkActionTable actions={found} />
            ) : (
              <Nothing kind="never" title="Nothing was done to many jobs at once">
                Pick a job in <Link to="/jobs">the list of jobs</Link>, then choose all that match its filter: they are cancelled or run again together.
              </Nothing>
            )
          }
        </QueryView>
      </Panel>
    </>
  )
}
