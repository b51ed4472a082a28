// The jobs of one trace, in few words: what a request led to.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { jobsQuery, type Job } from '@/features/jobs/api'
import { leaveTrail } from '@/features/jobs/trail'
import { count, duration } from '@/lib/format'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

const keyOf = ({ id }: Job): string => id
const inOrder = (jobs: readonly Job[]): Job[] => [...jobs].sort((a, b) => (a.id < b.id ? -1 : 1))

export function TraceJobs({ traceId }: { traceId: string }) {
  const jobs = useQuery(jobsQuery({ trace_id: traceId }))
  return (
    <QueryView query={jobs} reserve={96}>
      {(page) =>
        page.jobs.length === 0 ? (
          <Nothing kind="none" title="No job belongs to this trace." />
        ) : (
          <>
            <Rows jobs={inOrder(page.jobs)} />
            {page.total > page.jobs.length ? (
              <p className="table-foot">
                The newest {count(page.jobs.length)} of {count(page.total)} jobs.
              </p>
            ) : null}
          </>
        )
      }
    </QueryView>
  )
}

/** In the order they were enqueued; while somebody is in it no row moves. */
function Rows({ jobs }: { jobs: readonly Job[] }) {
  const { rows, holder } = useHeld(jobs, keyOf)
  const trail = (): void => {
    leaveTrail(rows.map(keyOf))
  }
  return (
    <div className="table-scroll" onClickCapture={trail} onKeyDownCapture={trail}>
      <table className="table" aria-label="Jobs of this trace">
        <tbody {...holder}>
          {rows.map((job) => (
            <tr key={job.id} className="fresh">
              <td>
                <Status status={job.status} />
              </td>
              <td className="cell-wide">
                <Link to="/jobs/$jobId" params={{ jobId: job.id }} title={job.id}>
                  {job.function_name ?? job.function}
                </Link>
                {job.error ? <span className="faint"> · {job.error}</span> : null}
              </td>
              <td className="right num">{duration(job.duration_ms)}</td>
              <td className="right hide-phone">
                <Time at={job.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
