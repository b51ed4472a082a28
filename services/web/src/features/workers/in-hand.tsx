import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'
import { leftBehindQuery } from '@/features/workers/api'
import { useNow } from '@/lib/clock'
import { count, duration } from '@/lib/format'
import { LIVE } from '@/lib/range'
import { Status } from '@/ui/status'

const NAMED = 3

interface InHandProps {
  readonly workerId: string
  /** How many it is at, as it says itself; jobs by name are read a little later. */
  readonly active: number
  readonly jobs: readonly Job[]
}

/** What an instance is at: its longest running jobs by name, the rest by number. */
export function InHand({ workerId, active, jobs }: InHandProps) {
  const now = useNow()
  const named = jobs.slice(0, NAMED)
  return (
    <>
      {named.map((job) => (
        <Link key={job.id} to="/jobs/$jobId" params={{ jobId: job.id }} className="in-hand num">
          {job.function_name ?? job.function} {duration(job.started_at === null ? null : Math.max(0, now - Date.parse(job.started_at)))}
        </Link>
      ))}
      {active > named.length ? (
        <Link to="/jobs" search={{ worker_id: workerId, status: ['active'], ...LIVE }} className="num">
          {named.length > 0 ? `+${count(active - named.length)}` : active === 1 ? '1 job' : `${count(active)} jobs`}
        </Link>
      ) : null}
      {active === 0 ? <span className="faint">nothing</span> : null}
    </>
  )
}

/** What a lost instance had: until others have taken it all over, by name; then as the list of what its loss interrupted. */
export function LeftBehind({ workerId }: { workerId: string }) {
  const left = useQuery(leftBehindQuery(workerId))
  const jobs = left.data?.jobs ?? []
  if (jobs.length === 0)
    return left.data ? (
      <span className="faint">
        all it had is taken over or done ·{' '}
        <Link to="/jobs" search={{ interrupted_by: workerId, ...LIVE }}>
          what was interrupted
        </Link>
      </span>
    ) : null
  return (
    <>
      <span>left behind </span>
      {jobs.map((job) => (
        <Link key={job.id} to="/jobs/$jobId" params={{ jobId: job.id }} className="in-hand">
          {job.function_name ?? job.function} <Status status={job.status} />
        </Link>
      ))}
      {(left.data?.total ?? 0) > jobs.length ? (
        <Link to="/jobs" search={{ worker_id: workerId, status: ['active', 'queued', 'retrying'], ...LIVE }} className="num">
          of {count(left.data?.total)}
        </Link>
      ) : null}
    </>
  )
}
