import { Link } from '@tanstack/react-router'
import { TimerOff } from 'lucide-react'
import type { DashboardStats } from '@/features/dashboard/api'
import type { FunctionInfo } from '@/features/functions/api'
import { waitReason } from '@/features/functions/wait-reason'
import { duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { Nothing } from '@/ui/nothing'

const SHOWN = 5

interface WaitingLongestProps {
  readonly stats: DashboardStats
  readonly functions: readonly FunctionInfo[] | undefined
}

/** What should have moved by now: jobs that run far too long, then those that wait longest, each with why. */
export function WaitingLongest({ stats, functions }: WaitingLongestProps) {
  const stuck = (stats.stuck_active_jobs ?? []).slice(0, SHOWN)
  const waiting = (stats.oldest_queued_jobs ?? []).slice(0, SHOWN - stuck.length)
  if (stuck.length + waiting.length === 0) return <Nothing kind="none" title="Nothing waits, and no running job is stuck." />
  return (
    <table className="table" aria-label="Waiting longest">
      <tbody>
        {stuck.map((job) => (
          <Row key={job.id} job={job} reason={<span className="status-failed">running, and stuck on {job.worker_id ?? 'a worker that is gone'}</span>} isStuck />
        ))}
        {waiting.map((job) => (
          <Row key={job.id} job={job} reason={waitReason(functions?.find(({ key }) => key === job.function))} />
        ))}
      </tbody>
    </table>
  )
}

interface RowProps {
  readonly job: { id: string; function: string; function_name?: string | null; age_seconds: number | null }
  readonly reason: React.ReactNode
  readonly isStuck?: boolean
}

function Row({ job, reason, isStuck = false }: RowProps) {
  return (
    <tr>
      <td>
        <Link to="/jobs/$jobId" params={{ jobId: job.id }} title={job.id}>
          <code>{shortened(job.id, 6, 5)}</code>
        </Link>
      </td>
      <td className="cell-wide">
        {isStuck ? <TimerOff size={12} className="status-failed" aria-hidden /> : null} {job.function_name ?? job.function} <span className="faint">{reason}</span>
      </td>
      <td className="right num">{duration(job.age_seconds === null ? null : job.age_seconds * 1000)}</td>
    </tr>
  )
}
