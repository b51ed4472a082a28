import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import * as v from 'valibot'
import { useWindow } from '@/components/use-range'
import { functionQuery, type FunctionDetail } from '@/features/functions/api'
import { ConfigDrift } from '@/features/functions/config-drift'
import { DispatchReasons } from '@/features/functions/dispatch-reasons'
import { triggerOf } from '@/features/functions/function-table'
import { PauseFunction } from '@/features/functions/pause-function'
import { RunTable } from '@/features/functions/run-table'
import { SETTINGS } from '@/features/functions/settings'
import { ErrorGroupTable } from '@/features/jobs/error-group-table'
import { errorGroupsQuery } from '@/features/jobs/series'
import { WorkerLink } from '@/features/jobs/worker-link'
import { count, DASH, duration, percent } from '@/lib/format'
import { LIVE, spanSearch, STEP_MS, type TimeWindow } from '@/lib/range'
import { optional } from '@/lib/search-params'
import { rangeKey } from '@/lib/timed-query'
import { CopyableId } from '@/ui/copyable-id'
import { Facts } from '@/ui/facts'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Tile } from '@/ui/tile'
import { Time } from '@/ui/time'
import { DurationsPanel } from './-components/durations-panel'
import { JobTrendsPanel } from './-components/job-trends-panel'
import { LatencyPanel } from './-components/latency-panel'
import { RunButton, RunPanel } from './-components/run-panel'

export const Route = createFileRoute('/functions/$name/')({
  /** `run`: the form that enqueues a job is open. */
  validateSearch: v.object({ run: optional(v.literal(true)) }),
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(functionQuery(params.name))
  },
  component: FunctionPage,
})

const DAY = spanSearch('24h')
const DAY_MS = 24 * STEP_MS['1h']

function FunctionPage() {
  const { name } = Route.useParams()
  const { run = false } = Route.useSearch()
  const navigate = Route.useNavigate()
  const showRun = (isOpen: boolean): void => {
    void navigate({ search: (previous) => ({ ...previous, run: isOpen || undefined }), replace: true, resetScroll: false })
  }
  const shown = useWindow()
  const info = useQuery(functionQuery(name))
  return (
    <>
      <PageHead title={info.data?.name ?? name} scope={info.data ? scopeOf(info.data) : 'Function'}>
        {info.data ? (
          <RunButton
            onRun={() => {
              showRun(true)
            }}
          />
        ) : null}
        {info.data ? <PauseFunction info={info.data} /> : null}
        <Link to="/jobs" search={{ function: name }} className="button">
          Its jobs
        </Link>
      </PageHead>
      <QueryView query={info} reserve={90}>
        {(data) => (
          <div className="stack">
            {run ? (
              <RunPanel
                key={name}
                name={name}
                onClose={() => {
                  showRun(false)
                }}
              />
            ) : null}
            <FunctionTiles info={data} />
            <DispatchReasons info={data} />
            <div className="grid">
              <div className="span-6">
                <JobTrendsPanel name={name} shown={shown} />
              </div>
              <div className="span-6" id="durations">
                <LatencyPanel name={name} shown={shown} />
              </div>
            </div>
            <div className="grid">
              <div className="span-8 stack">
                <Errors name={name} shown={shown}>
                  <Panel title="Recent runs" when={shown ? 'now' : undefined} aside={<Link to="/jobs" search={{ function: name }}>All of them</Link>}>
                    <RunTable runs={data.recent_runs} label="Recent runs" empty="This function has not run yet." />
                  </Panel>
                </Errors>
              </div>
              <div className="span-4 stack">
                <DurationsPanel name={name} shown={shown} />
                <Panel title="Configuration">
                  <ConfigDrift declared={data.settings} />
                  <div className="panel-body">
                    <FunctionFacts info={data} />
                  </div>
                </Panel>
              </div>
            </div>
          </div>
        )}
      </QueryView>
    </>
  )
}

const scopeOf = (info: FunctionDetail): string => `Function ${info.key}${info.active === false ? ', offered by no worker' : ''}`

/** What stands below is drawn once it is known how many there are. */
function Errors({ name, shown, children }: { name: string; shown: TimeWindow | null; children: ReactNode }) {
  const errors = useQuery(errorGroupsQuery({ function: name }, { shown, liveMs: DAY_MS }))
  return (
    <>
      <Panel title="Errors" aside={shown ? 'in this range' : 'in 24 hours'} className="panel-five">
        <QueryView query={errors}>{({ data }) => <ErrorGroupTable key={rangeKey(shown, errors)} errors={data.errors} range={shown ? {} : DAY} />}</QueryView>
      </Panel>
      {errors.isPending ? null : children}
    </>
  )
}

function FunctionTiles({ info }: { info: FunctionDetail }) {
  const failing = info.success_rate === null ? null : 100 - info.success_rate
  return (
    <div className="tiles" role="group" aria-label="Key figures">
      <Tile label="Runs" value={count(info.runs_24h)} note="in 24 hours" door={{ to: '/jobs', search: { function: info.key, ...DAY } }} />
      <Tile label="Failing" value={percent(failing)} note="of those finished in 24 h" door={{ to: '/jobs', search: { function: info.key, status: ['failed'], ...DAY } }} />
      <Tile label="Run p95, 24 h" value={duration(info.p95_duration_ms)} note={`${duration(info.avg_duration_ms)} on average`} door={{ to: '.', search: true, hash: 'durations' }} />
      <Tile label="Wait p95, 24 h" value={duration(info.p95_wait_ms)} note={`${duration(info.avg_wait_ms)} on average`} door={{ to: '.', search: true, hash: 'durations' }} />
      <Tile label="Waiting" value={count(info.queue_backlog)} note="now" door={{ to: '/jobs', search: { function: info.key, status: ['queued'], ...LIVE } }} />
    </div>
  )
}

function FunctionFacts({ info }: { info: FunctionDetail }) {
  return (
    <Facts
      facts={[
        ['Trigger', triggerOf(info)],
        ['Next run', <Time key="n" at={info.next_run_at} />],
        ...SETTINGS.map(({ label, text }) => [label, text(info)] as const),
        ['Rate limit', info.rate_limit ?? 'none'],
        ['Code', info.import_path === null ? DASH : <CopyableId key="c" id={info.import_path} />],
        ['Workers', info.workers?.length ? <Workers key="w" ids={info.workers} /> : <Link key="w" to="/workers">none</Link>],
      ]}
    />
  )
}

const Workers = ({ ids }: { ids: readonly string[] }) =>
  ids.map((id, index) => (
    <Fragment key={id}>
      {index > 0 ? ', ' : ''}
      <WorkerLink id={id} />
    </Fragment>
  ))
