import { Link } from '@tanstack/react-router'
import { byCount, jobsOfError, type ErrorGroup } from '@/features/jobs/series'
import { count, momentText } from '@/lib/format'
import { shortened } from '@/lib/names'
import type { RangeSearch } from '@/lib/range'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'
import { Instant, Time } from '@/ui/time'

const SHOWN = 5
const keyOf = ({ function: key, fingerprint }: ErrorGroup): string => `${key} ${fingerprint}`

interface FailingNowProps {
  readonly errors: readonly ErrorGroup[]
  readonly span: string
  /** The same in the address of the lists behind it. */
  readonly range: RangeSearch
}

/** Failures by what they have in common, the most frequent first. */
export function FailingNow({ errors, span, range }: FailingNowProps) {
  const { rows, holder } = useHeld(errors.toSorted(byCount).slice(0, SHOWN), keyOf)
  if (rows.length === 0) return <Nothing kind="none" title={`No job failed ${span}.`} />
  return (
    <table className="table" aria-label="Failing now">
      <tbody {...holder}>
        {rows.map((group) => (
          <tr key={keyOf(group)}>
            <td className="cell-wide" title={[group.message, versionsTitle(group)].filter(Boolean).join('\n')}>
              <Link to="/jobs" search={{ ...jobsOfError(group), ...range }}>
                {group.error_type}
              </Link>{' '}
              <Link to="/functions/$name" params={{ name: group.function }} className="faint">
                {group.function}
              </Link>
            </td>
            <td className="right num">
              <Link to="/jobs" search={{ ...jobsOfError(group), ...range }} className="status-failed">
                ×{count(group.count)}
              </Link>{' '}
              <span className="faint cell-spacious" title={`The first of them ${span}`}>
                {versionsText(group)}since <Instant at={group.first_at}>{momentText(Date.parse(group.first_at))}</Instant>
              </span>
            </td>
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

const versionsTitle = ({ versions }: ErrorGroup): string => (versions.length === 0 ? '' : `Failed so: ${versions.join(', ')}`)

/** “1.4.2 +1 · ”: which code failed so, the newest first; nothing where none is known. */
export function versionsText({ versions }: Pick<ErrorGroup, 'versions'>): string {
  const [newest] = versions
  if (newest === undefined) return ''
  return `${shortened(newest, 10, 8)}${versions.length > 1 ? ` +${count(versions.length - 1)}` : ''} · `
}
