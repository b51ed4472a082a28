import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import * as v from 'valibot'
import { dashboardQuery } from '@/features/dashboard/api'
import { LiveFeed } from '@/features/dashboard/live-feed'
import { StatsStrip } from '@/features/dashboard/stats-strip'
import { FailingFunctions, StuckJobs, WaitingLongest } from '@/features/dashboard/trouble-lists'
import { RunTable } from '@/features/functions/run-table'
import { Failure, QueryView } from '@/ui/query-view'
import { PageHead, Panel } from '@/ui/panel'
import { ApiTrendsPanel } from './-components/api-trends-panel'
import { TrendsPanel } from './-components/trends-panel'

const HOURS = [6, 24, 72, 168] as const
const search = v.object({ hours: v.optional(v.fallback(v.optional(v.picklist(HOURS)), undefined)) })

export const Route = createFileRoute('/dashboard/')({
  validateSearch: search,
  loaderDeps: ({ search: { hours } }) => ({ hours }),
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchQuery(dashboardQuery((deps.hours ?? 24) * 60))
  },
  component: Dashboard,
})

function Dashboard() {
  const { hours = 24 } = Route.useSearch()
  const stats = useQuery(dashboardQuery(hours * 60))
  return (
    <>
      <PageHead title="Dashboard" scope={`The last ${spanOf(hours)}, in your time zone`}>
        <nav className="segments" aria-label="Range">
          {HOURS.map((span) => (
            <Link key={span} to="/dashboard" search={{ hours: span }} aria-current={span === hours ? 'true' : undefined} replace>
              {shortSpan(span)}
            </Link>
          ))}
        </nav>
      </PageHead>
      <div className="stack">
        {stats.error && !stats.data ? (
          <Panel title="Key figures">
            <Failure error={stats.error} onRetry={() => void stats.refetch()} />
          </Panel>
        ) : (
          <div className={stats.error ? 'stale' : undefined}>
            <StatsStrip stats={stats.data} />
          </div>
        )}
        <div className="grid">
          <div className="span-6">
            <TrendsPanel hours={hours} />
          </div>
          <div className="span-6">
            <ApiTrendsPanel hours={hours} />
          </div>
        </div>
        <div className="grid">
          <Panel title="Live feed" aside="newest first" className="span-6">
            <LiveFeed />
          </Panel>
          <div className="span-6 stack">
            <Panel title="Recent runs" aside={<Link to="/jobs">All jobs</Link>}>
              <QueryView query={stats}>
                {(data) => <RunTable runs={data.recent_runs?.slice(0, 6) ?? null} label="Recent runs" empty="No job has run yet." />}
              </QueryView>
            </Panel>
            <Panel
              title="Recent failures"
              aside={
                <Link to="/jobs" search={{ status: ['failed'] }}>
                  All failed jobs
                </Link>
              }
            >
              <QueryView query={stats}>
                {(data) => <RunTable runs={data.recent_failures?.slice(0, 6) ?? null} label="Recent failures" empty="No job has failed." />}
              </QueryView>
            </Panel>
          </div>
        </div>
        <div className="grid">
          <Panel title="Failing functions" className="span-4">
            <QueryView query={stats}>{(data) => <FailingFunctions stats={data} />}</QueryView>
          </Panel>
          <Panel title="Waiting longest" className="span-4">
            <QueryView query={stats}>{(data) => <WaitingLongest stats={data} />}</QueryView>
          </Panel>
          <Panel title="Stuck while running" className="span-4">
            <QueryView query={stats}>{(data) => <StuckJobs stats={data} />}</QueryView>
          </Panel>
        </div>
      </div>
    </>
  )
}

const spanOf = (hours: number): string => (hours <= 24 ? `${String(hours)} hours` : `${String(hours / 24)} days`)
const shortSpan = (hours: number): string => (hours <= 24 ? `${String(hours)}h` : `${String(hours / 24)}d`)
