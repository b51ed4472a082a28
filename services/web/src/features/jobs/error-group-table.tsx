import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { byCount, jobsOfError, type ErrorGroup } from '@/features/jobs/series'
import { count, DASH } from '@/lib/format'
import { shortened } from '@/lib/names'
import type { RangeSearch } from '@/lib/range'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'
import { Time } from '@/ui/time'

const keyOf = ({ fingerprint }: ErrorGroup): string => fingerprint

/** Failures of a function by what they have in common. */
export function ErrorGroupTable({ errors, range }: { errors: readonly ErrorGroup[]; range: RangeSearch }) {
  const { rows, holder } = useHeld(errors.toSorted(byCount), keyOf)
  if (rows.length === 0) return <Nothing kind="none" title="No job of it failed in this time." />
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Errors">
        <thead>
          <tr>
            <th scope="col">Error</th>
            <th scope="col" className="right">
              Failures
            </th>
            <th scope="col" className="hide-phone">
              Versions
            </th>
            <th scope="col">First</th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody {...holder}>
          {rows.map((group) => (
            <tr key={keyOf(group)}>
              <td className="cell-wide" title={group.message}>
                <span className="status-failed">{group.error_type}</span> <span className="faint">{group.message}</span>
              </td>
              <td className="right num">
                <Link to="/jobs" search={{ ...jobsOfError(group), ...range }}>
                  {count(group.count)}
                </Link>
              </td>
              <td className="hide-phone">
                <Versions group={group} range={range} />
              </td>
              <td>
                <Time at={group.first_at} />
              </td>
              <td>
                <Link to="/jobs/$jobId" params={{ jobId: group.last_job_id }}>
                  <Time at={group.last_at} />
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const MOST_TOLD = 2

/** Of the code that failed so, the newest first, each a door to its failures. */
function Versions({ group, range }: { group: ErrorGroup; range: RangeSearch }) {
  const { versions } = group
  if (versions.length === 0) return <span className="faint">{DASH}</span>
  return (
    <span title={versions.join(', ')}>
      {versions.slice(0, MOST_TOLD).map((version, index) => (
        <Fragment key={version}>
          {index > 0 ? ', ' : ''}
          <Link to="/jobs" search={{ ...jobsOfError(group), version, ...range }}>
            {shortened(version, 10, 8)}
          </Link>
        </Fragment>
      ))}
      {versions.length > MOST_TOLD ? <span className="faint"> +{count(versions.length - MOST_TOLD)}</span> : null}
    </span>
  )
}
