import { Link } from '@tanstack/react-router'
import type { DashboardStats } from '@/features/dashboard/api'
import { count, duration, percent } from '@/lib/format'
import { shortened } from '@/lib/names'

const seconds = (value: number | null): string => duration(value === null ? null : value * 1000)
const NOT_YET = <p className="nothing-inline">Not available yet.</p>

export function FailingFunctions({ stats }: { stats: DashboardStats }) {
  const failing = stats.top_failing_functions
  if (failing === null) return NOT_YET
  if (failing.length === 0) return <p className="nothing-inline">No function failed in the window.</p>
  return (
    <table className="table" aria-label="Failing functions">
      <tbody>
        {failing.map((one) => (
          <tr key={one.key}>
            <td className="cell-wide">
              <Link to="/jobs" search={{ function: one.key, status: ['failed'] }}>
                {one.name ?? one.key}
              </Link>
            </td>
            <td className="right num">
              {count(one.failures)} of {count(one.runs)}
            </td>
            <td className="right num">{percent(one.failure_rate)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function WaitingLongest({ stats }: { stats: DashboardStats }) {
  const waiting = stats.oldest_queued_jobs
  if (waiting === null) return NOT_YET
  if (waiting.length === 0) return <p className="nothing-inline">Nothing is waiting.</p>
  return (
    <table className="table" aria-label="Waiting longest">
      <tbody>
        {waiting.map((job) => (
          <tr key={job.id}>
            <td>
              <Link to="/jobs/$jobId" params={{ jobId: job.id }} title={job.id}>
                <code>{shortened(job.id, 6, 5)}</code>
              </Link>
            </td>
            <td className="cell-wide">{job.function_name ?? job.function}</td>
            <td className="right num">{seconds(job.age_seconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function StuckJobs({ stats }: { stats: DashboardStats }) {
  const stuck = stats.stuck_active_jobs
  if (stuck === null) return NOT_YET
  if (stuck.length === 0) return <p className="nothing-inline">No running job is stuck.</p>
  return (
    <table className="table" aria-label="Stuck jobs">
      <tbody>
        {stuck.map((job) => (
          <tr key={job.id}>
            <td>
              <Link to="/jobs/$jobId" params={{ jobId: job.id }} title={job.id}>
                <code>{shortened(job.id, 6, 5)}</code>
              </Link>
            </td>
            <td className="cell-wide">{job.function}</td>
            <td className="right num">{seconds(job.age_seconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
