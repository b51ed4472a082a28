import { Link } from '@tanstack/react-router'
import { TimerOff } from 'lucide-react'
import type { DashboardStats } from '@/features/dashboard/api'
import type { FunctionInfo } from '@/features/functions/api'
import { waitReason } from '@/features/functions/wait-reason'
import { duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'

const SHOWN = 5

interface Late {
  readonly id: string
  readonly function: string
  readonly function_name?: string | null
  readonly age_seconds: number | null
  /** Of one that runs far too long: where. */
  readonly stuckOn: string | null
}

const keyOf = ({ id }: Late): string => id

interface WaitingLongestProps {
  readonly stats: DashboardStats
  readonly functions: readonly FunctionInfo[] | undefined
}

/** What should have moved by now: jobs that run far too long, then those that wait longest, each with why. */
export function WaitingLongest({ stats, functions }: WaitingLongestProps) {
  const stuck = (stats.stuck_active_jobs ?? []).map((job): Late => ({ ...job, stuckOn: job.worker_id ?? 'a worker that is gone' }))
  const waiting = (stats.oldest_queued_jobs ?? []).map((job): Late => ({ ...job, stuckOn: null }))
  const { rows, holder } = useHeld([...stuck, ...waiting].slice(0, SHOWN), keyOf)
  if (rows.length === 0) return <Nothing kind="none" title="Nothing waits, and no running job is stuck." />
  return (
    <table className="table" aria-label="Waiting longest">
      <tbody {...holder}>
        {rows.map((job) => (
          <Row key={job.id} job={job} reason={waitReason(functions?.find(({ key }) => key === job.function))} />
        ))}
      </tbody>
    </table>
  )
}

/** `reason`: why it waits, where it does. */
function Row({ job, reason }: { job: Late; reason: string | null }) {
  return (
    <tr>
      <td>
        <Link to="/jobs/$jobId" params={{ jobId: job.id }} title={job.id}>
          <code>{shortened(job.id, 6, 5)}</code>
        </Link>
      </td>
      <td className="cell-wide">
        {job.stuckOn === null ? null : <TimerOff size={12} className="status-failed" aria-hidden />} {job.function_name ?? job.function}{' '}
        {job.stuckOn === null ? <span className="faint">{reason}</span> : <span className="status-failed">running, and stuck on {job.stuckOn}</span>}
      </td>
      <td className="right num">{duration(job.age_seconds === null ? null : job.age_seconds * 1000)}</td>
    </tr>
  )
}
