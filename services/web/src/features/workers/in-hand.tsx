import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'
import { leftBehindQuery } from '@/features/workers/api'
import { useNow } from '@/lib/clock'
import { count, duration } from '@/lib/format'
import { LIVE } from '@/lib/range'
import { Status } from '@/ui/status'

const NAMED = 3

/** What an instance is at: its longest running jobs by name, the rest by number. */
export function InHand({ jobs, workerId }: { jobs: readonly Job[]; workerId: string }) {
  const now = useNow()
  return (
    <>
      {jobs.slice(0, NAMED).map((job) => (
        <Link key={job.id} to="/jobs/$jobId" params={{ jobId: job.id }} className="in-hand num">
          {job.function_name ?? job.function} {duration(job.started_at === null ? null : Math.max(0, now - Date.parse(job.started_at)))}
        </Link>
      ))}
      {jobs.length > NAMED ? (
        <Link to="/jobs" search={{ worker_id: workerId, status: ['active'], ...LIVE }} className="num">
          +{count(jobs.length - NAMED)}
        </Link>
      ) : null}
      {jobs.length === 0 ? <span className="faint">nothing</span> : null}
    </>
  )
}

/** What a lost instance had: until others have taken it all over, by name. */
export function LeftBehind({ workerId }: { workerId: string }) {
  const left = useQuery(leftBehindQuery(workerId))
  const jobs = left.data?.jobs ?? []
  if (jobs.length === 0) return <span className="faint">{left.data ? 'all it had is taken over or done' : ''}</span>
  return (
    <>
      <span>left behind </span>
      {jobs.map((job) => (
        <Link key={job.id} to="/jobs/$jobId" params={{ jobId: job.id }} className="in-hand">
          {job.function_name ?? job.function} <Status status={job.status} />
        </Link>
      ))}
      {(left.data?.total ?? 0) > jobs.length ? (
        <Link to="/jobs" search={{ worker_id: workerId }} className="num">
          of {count(left.data?.total)}
        </Link>
      ) : null}
    </>
  )
}
