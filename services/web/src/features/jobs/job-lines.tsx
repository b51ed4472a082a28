// A few jobs in few words, beside something they belong to.
import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'
import { leaveTrail } from '@/features/jobs/trail'
import { duration } from '@/lib/format'
import { useHeld } from '@/ui/held'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

const keyOf = ({ id }: Job): string => id

/** In the order given; while somebody is in it no row moves. */
export function JobLines({ jobs, label }: { jobs: readonly Job[]; label: string }) {
  const { rows, holder } = useHeld(jobs, keyOf)
  const trail = (): void => {
    leaveTrail(rows.map(keyOf))
  }
  return (
    <div className="table-scroll" onClickCapture={trail} onKeyDownCapture={trail}>
      <table className="table" aria-label={label}>
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
