import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { useWindow } from '@/components/use-range'
import { dashboardQuery } from '@/features/dashboard/api'
import { LiveFeed } from '@/features/dashboard/live-feed'
import { StatsStrip } from '@/features/dashboard/stats-strip'
import { FailingFunctions, StuckJobs, WaitingLongest } from '@/features/dashboard/trouble-lists'
import { RunTable } from '@/features/functions/run-table'
import { Failure, QueryView } from '@/ui/query-view'
import { PageHead, Panel } from '@/ui/panel'
import { ApiTrendsPanel } from './-components/api-trends-panel'
import { TrendsPanel } from './-components/trends-panel'

export const Route = createFileRoute('/dashboard/')({
  component: Dashboard,
})

function Dashboard() {
  const shown = useWindow()
  const hours = shown === null ? 24 : Math.min(168, Math.max(1, Math.ceil((shown.readAt - shown.after) / 3_600_000)))
  const stats = useQuery(dashboardQuery(hours * 60))
  return (
    <>
      <PageHead title="Dashboard" scope="What runs, what waits, what fails" />
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
