import { Link } from '@tanstack/react-router'
import type { FunctionInfo } from '@/features/functions/api'
import { count, DASH, duration, percent } from '@/lib/format'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

export function FunctionTable({ functions }: { functions: readonly FunctionInfo[] }) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Functions">
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col">Trigger</th>
            <th scope="col" className="right">
              Runs 24 h
            </th>
            <th scope="col" className="right">
              Success
            </th>
            <th scope="col" className="right">
              Run avg
            </th>
            <th scope="col" className="right">
              Run p95
            </th>
            <th scope="col" className="right">
              Wait p95
            </th>
            <th scope="col" className="right">
              Backlog
            </th>
            <th scope="col" className="right">
              Workers
            </th>
            <th scope="col">Last run</th>
          </tr>
        </thead>
        <tbody>
          {functions.map((one) => (
            <tr key={one.key}>
              <td>
                <Link to="/functions/$name" params={{ name: one.key }}>
                  {one.name ?? one.key}
                </Link>
                {one.paused ? <span className="faint"> · paused</span> : null}
              </td>
              <td>{triggerOf(one)}</td>
              <td className="right num">{count(one.runs_24h)}</td>
              <td className="right num">{percent(one.success_rate)}</td>
              <td className="right num">{duration(one.avg_duration_ms)}</td>
              <td className="right num">{duration(one.p95_duration_ms)}</td>
              <td className="right num">{duration(one.p95_wait_ms)}</td>
              <td className="right num">{count(one.queue_backlog)}</td>
              <td className="right num">{one.workers ? <Workers offering={one.workers.length} /> : DASH}</td>
              <td>
                {one.last_run_status ? <Status status={one.last_run_status} /> : null} <Time at={one.last_run_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export const triggerOf = (one: FunctionInfo): string => one.schedule ?? one.pattern ?? one.type ?? DASH

function Workers({ offering }: { offering: number }) {
  return offering > 0 ? <>{offering}</> : <span className="status status-failed">No worker</span>
}
