import { Link } from '@tanstack/react-router'
import { byCount, type ErrorGroup } from '@/features/jobs/series'
import { count } from '@/lib/format'
import { Nothing } from '@/ui/nothing'
import { Time } from '@/ui/time'

const SHOWN = 5

/** Failures by what they have in common, the most frequent first. */
export function FailingNow({ errors, span }: { errors: readonly ErrorGroup[]; span: string }) {
  if (errors.length === 0) return <Nothing kind="none" title={`No job failed ${span}.`} />
  return (
    <table className="table" aria-label="Failing now">
      <tbody>
        {errors
          .toSorted(byCount)
          .slice(0, SHOWN)
          .map((group) => (
            <tr key={`${group.function} ${group.fingerprint}`}>
              <td className="cell-wide" title={group.message}>
                <Link to="/jobs" search={{ function: group.function, status: ['failed'] }}>
                  {group.error_type}
                </Link>{' '}
                <Link to="/functions/$name" params={{ name: group.function }} className="faint">
                  {group.function}
                </Link>
              </td>
              <td className="right num status-failed">×{count(group.count)}</td>
              <td className="right hide-phone">
                <Link to="/jobs/$jobId" params={{ jobId: group.last_job_id }} className="quiet" aria-label={`The last of them, ${group.last_job_id}`}>
                  <Time at={group.last_at} />
                </Link>
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}
