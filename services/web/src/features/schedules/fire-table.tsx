import { Link } from '@tanstack/react-router'
import { doorOf, type FireMark, keyOf, lateText, noteOf } from '@/features/schedules/fires'
import { DASH, duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import type { ZonedClock } from '@/lib/zoned-clock'
import { useHeld } from '@/ui/held'
import { Status } from '@/ui/status'

/** The history in words, the newest first. While somebody is in it no row moves. */
export function FireTable({ marks, clock }: { marks: readonly FireMark[]; clock: ZonedClock }) {
  const { rows, holder } = useHeld(marks, keyOf)
  return (
    <div className="table-scroll fires-table" tabIndex={0} role="region" aria-label="History, as a table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Due</th>
            <th scope="col">What came of it</th>
            <th scope="col" className="right">
              Took
            </th>
            <th scope="col">Job</th>
          </tr>
        </thead>
        <tbody {...holder}>
          {rows.map((mark) => (
            <tr key={mark.key}>
              <th scope="row" className="num">
                {mark.kind === 'missed' ? `before ${clock.text(mark.at)}` : clock.text(mark.at)}
              </th>
              <td>
                <Status status={mark.kind} /> <span className="faint">{doorOf(mark) === null ? noteOf(mark) : lateText(mark)}</span>
              </td>
              <td className="right num">{mark.durationMs === null ? DASH : duration(mark.durationMs)}</td>
              <td>
                <Job id={doorOf(mark)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Job({ id }: { id: string | null }) {
  if (id === null) return DASH
  return (
    <Link to="/jobs/$jobId" params={{ jobId: id }} title={id}>
      <code>{shortened(id, 6, 5)}</code>
    </Link>
  )
}
