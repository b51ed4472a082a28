import '@/features/bulk/bulk.css'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { CircleStop } from 'lucide-react'
import { bulkActionQuery, stopBulk, type BulkAction } from '@/features/bulk/api'
import { BulkState } from '@/features/bulk/bulk-state'
import { askedOf, askedText, becameOf, behind, filterText, isPicked, titleOf, WORDS } from '@/features/bulk/bulk-words'
import { SkipTable } from '@/features/bulk/skip-table'
import { WhatBecame } from '@/features/bulk/what-became'
import { inAddress } from '@/features/jobs/job-search'
import { clockTime } from '@/lib/format'
import { rangeOf } from '@/lib/range'
import { ActionButton } from '@/ui/action-button'
import { Facts } from '@/ui/facts'
import { PageHead, Panel } from '@/ui/panel'
import { ProgressBar } from '@/ui/progress-bar'
import { QueryView } from '@/ui/query-view'
import { Separated } from '@/ui/separated'
import { Instant, Time } from '@/ui/time'

export const Route = createFileRoute('/jobs/bulk/$actionId/')({
  staticData: { isAlwaysLive: true },
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(bulkActionQuery(params.actionId))
  },
  component: BulkActionPage,
})

function BulkActionPage() {
  const { actionId } = Route.useParams()
  const action = useQuery(bulkActionQuery(actionId))
  return (
    <QueryView query={action} reserve={400}>
      {(data) => <OneBulkAction action={data} />}
    </QueryView>
  )
}

function OneBulkAction({ action }: { action: BulkAction }) {
  const words = WORDS[action.action]
  return (
    <div className="bulk-page">
      <PageHead
        title={titleOf(action)}
        scope={
          <Separated>
            <BulkState state={action.state} />
            <Link to="/jobs/bulk">all bulk actions</Link>
          </Separated>
        }
      >
        <Stop action={action} />
      </PageHead>
      <Panel title="So far" className="bulk-progress">
        <ProgressBar value={behind(action)} label={titleOf(action)} />
        <p role="status" className="num">
          {becameOf(action)}
        </p>
        <Facts
          facts={[
            ['What', `${words.verb} those that ${words.of}`],
            ['Which', <Asked key="which" action={action} />],
            ['Found at', <Instant key="found" at={action.created_at}>{clockTime(action.created_at)}</Instant>],
            ['By', action.created_by],
            ['Started', <Time key="started" at={action.started_at} />],
            ['Ended', <Time key="ended" at={action.completed_at} />],
            ...(action.reason === null ? [] : ([['Reason', action.reason]] as const)),
          ]}
        />
      </Panel>
      {action.skips.length > 0 ? (
        <Panel title="Skipped">
          <SkipTable skips={action.skips} />
        </Panel>
      ) : null}
      {action.action === 'retry' && action.trace_id !== null ? (
        <Panel title="What came of it" when="now">
          <WhatBecame traceId={action.trace_id} />
        </Panel>
      ) : null}
    </div>
  )
}

const OFFER = { id: 'bulk-stop', label: 'Stop this bulk action', group: 'Bulk action' }

function Stop({ action: { id, state } }: { action: BulkAction }) {
  const client = useQueryClient()
  if (state !== 'running') return null
  return (
    <ActionButton offer={OFFER} tone="danger" act={() => stopBulk(id)} onDone={() => void client.invalidateQueries(bulkActionQuery(id))}>
      <CircleStop size={14} aria-hidden />
      Stop
    </ActionButton>
  )
}

function Asked({ action }: { action: BulkAction }) {
  if (isPicked(action)) return askedText(action)
  const { filter, range } = askedOf(action)
  return (
    <Link to="/jobs" search={{ ...inAddress(filter), ...range }}>
      {filterText(filter)}
      {rangeOf(range).kind === 'live' ? '' : ', of one range'}
    </Link>
  )
}
