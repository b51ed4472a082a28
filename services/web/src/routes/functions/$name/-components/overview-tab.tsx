import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { FunctionDetail } from '@/features/functions/api'
import { RunTable } from '@/features/functions/run-table'
import { ErrorGroupTable } from '@/features/jobs/error-group-table'
import { errorGroupsQuery } from '@/features/jobs/series'
import { count, duration, percent } from '@/lib/format'
import { LIVE, spanSearch, type TimeWindow } from '@/lib/range'
import { rangeKey } from '@/lib/timed-query'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Tile } from '@/ui/tile'
import { DurationsPanel } from './durations-panel'
import { JobTrendsPanel } from './job-trends-panel'
import { LatencyPanel } from './latency-panel'
import { DAY_MS } from '@/lib/time-units'

const DAY = spanSearch('24h')

/** How it has been doing. */
export function OverviewTab({ info, shown }: { info: FunctionDetail; shown: TimeWindow | null }) {
  const name = info.key
  return (
    <>
      <FunctionTiles info={info} />
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
              <RunTable runs={info.recent_runs} label="Recent runs" empty="This function has not run yet." />
            </Panel>
          </Errors>
        </div>
        <div className="span-4 stack">
          <DurationsPanel name={name} shown={shown} />
        </div>
      </div>
    </>
  )
}

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
