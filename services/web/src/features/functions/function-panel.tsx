// A function beside its list: how it has been doing, and what holds it back.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ActivityBars } from '@/features/functions/activity-bars'
import { functionQuery, type FunctionDetail } from '@/features/functions/api'
import { DispatchReasons } from '@/features/functions/dispatch-reasons'
import { NextRun } from '@/features/functions/next-run'
import { RunTable } from '@/features/functions/run-table'
import { SETTINGS } from '@/features/functions/settings'
import { TriggerPill } from '@/features/functions/trigger-pill'
import { count, DASH, duration, percent } from '@/lib/format'
import { spanSearch } from '@/lib/range'
import { Facts } from '@/ui/facts'
import { QueryView } from '@/ui/query-view'
import { CloseButton, SidePanel } from '@/ui/side-panel'
import { Time } from '@/ui/time'

const DAY = spanSearch('24h')
const NEWEST = 8

export function FunctionPanel({ name, onClose }: { name: string; onClose: () => void }) {
  const info = useQuery(functionQuery(name))
  return (
    <SidePanel label="The function picked" className="function-panel" shown={name}>
      <header className="panel-head">
        <h2>{info.data?.name ?? name}</h2>
        <div className="panel-aside">
          <Link to="/functions/$name" params={{ name }}>
            Open its page
          </Link>{' '}
          <CloseButton onClose={onClose} />
        </div>
      </header>
      <QueryView query={info} reserve={300}>
        {(data) => (
          <>
            <DispatchReasons info={data} />
            <div className="panel-body">
              <Essentials info={data} />
            </div>
            <div className="side-part">
              <b>Recent runs</b>
              <Link to="/jobs" search={{ function: name }}>
                All of them
              </Link>
            </div>
            <RunTable runs={data.recent_runs?.slice(0, NEWEST) ?? null} label="Recent runs" empty="This function has not run yet." />
          </>
        )}
      </QueryView>
    </SidePanel>
  )
}

function Essentials({ info }: { info: FunctionDetail }) {
  const failing = info.success_rate === null ? null : 100 - info.success_rate
  return (
    <Facts
      facts={[
        [
          'Runs, 24 h',
          <span key="r" className="hour-bars-and-count">
            <Link to="/jobs" search={{ function: info.key, ...DAY }}>
              {count(info.runs_24h)}
            </Link>
            <ActivityBars functionKey={info.key} />
          </span>,
        ],
        [
          'Failing',
          failing ? (
            <Link key="f" to="/jobs" search={{ function: info.key, status: ['failed'], ...DAY }} className="status-failed">
              {percent(failing)}
            </Link>
          ) : (
            percent(failing)
          ),
        ],
        ['Run p95', duration(info.p95_duration_ms)],
        ['Wait p95', duration(info.p95_wait_ms)],
        ['Running · waiting', `${count(info.running)} · ${count(info.queue_backlog)}`],
        ['Last run', <Time key="l" at={info.last_run_at} />],
        ['Trigger', <TriggerPill key="t" of={info} />],
        ...(info.schedule === null ? [] : ([['Next run', <NextRun key="n" of={info} />]] as const)),
        ...SETTINGS.map(({ label, text }) => [label, text(info)] as const),
        ['Workers', info.workers ? <Link key="w" to="/workers">{count(info.workers.length)}</Link> : DASH],
      ]}
    />
  )
}
