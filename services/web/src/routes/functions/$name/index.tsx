import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { useWindow } from '@/components/use-range'
import { functionQuery, type FunctionDetail } from '@/features/functions/api'
import { triggerOf } from '@/features/functions/function-table'
import { PauseFunction } from '@/features/functions/pause-function'
import { RunTable } from '@/features/functions/run-table'
import { count, DASH, duration, percent } from '@/lib/format'
import { Facts } from '@/ui/facts'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Tile } from '@/ui/tile'
import { Time } from '@/ui/time'
import { JobTrendsPanel } from './-components/job-trends-panel'

export const Route = createFileRoute('/functions/$name/')({
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(functionQuery(params.name))
  },
  component: FunctionPage,
})

function FunctionPage() {
  const { name } = Route.useParams()
  const shown = useWindow()
  const info = useQuery(functionQuery(name))
  return (
    <>
      <PageHead title={info.data?.name ?? name} scope={info.data ? scopeOf(info.data) : 'Function'}>
        {info.data ? <PauseFunction info={info.data} /> : null}
        <Link to="/jobs" search={{ function: name }} className="button">
          Its jobs
        </Link>
      </PageHead>
      <QueryView query={info} reserve={90}>
        {(data) => (
          <div className="stack">
            <FunctionTiles info={data} />
            <JobTrendsPanel name={name} shown={shown} />
            <div className="grid">
              <Panel title="Recent runs" className="span-8">
                <RunTable runs={data.recent_runs} label="Recent runs" empty="This function has not run yet." />
              </Panel>
              <Panel title="Configuration" className="span-4">
                <div className="panel-body">
                  <FunctionFacts info={data} />
                </div>
              </Panel>
            </div>
          </div>
        )}
      </QueryView>
    </>
  )
}

const scopeOf = (info: FunctionDetail): string => `Function ${info.key}${info.paused ? ', paused: nothing of it is started' : ''}`

function FunctionTiles({ info }: { info: FunctionDetail }) {
  return (
    <div className="tiles" role="group" aria-label="Key figures">
      <Tile label="Runs" value={count(info.runs_24h)} note="in 24 hours" />
      <Tile label="Success" value={percent(info.success_rate)} note="of finished runs" />
      <Tile label="Run p95" value={duration(info.p95_duration_ms)} note={`${duration(info.avg_duration_ms)} on average`} />
      <Tile label="Wait p95" value={duration(info.p95_wait_ms)} note={`${duration(info.avg_wait_ms)} on average`} />
      <Tile label="Backlog" value={count(info.queue_backlog)} note="waiting now" />
    </div>
  )
}

function FunctionFacts({ info }: { info: FunctionDetail }) {
  return (
    <Facts
      facts={[
        ['Trigger', triggerOf(info)],
        ['Next run', <Time key="n" at={info.next_run_at} />],
        ['Retries', count(info.max_retries)],
        ['Retry delay', info.retry_delay === null ? DASH : duration(info.retry_delay * 1000)],
        ['Timeout', info.timeout === null ? DASH : duration(info.timeout * 1000)],
        ['At once', count(info.max_concurrency)],
        ['Rate limit', info.rate_limit ?? DASH],
        ['Workers', info.workers?.length ? info.workers.join(', ') : DASH],
      ]}
    />
  )
}
