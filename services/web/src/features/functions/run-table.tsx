import { Link } from '@tanstack/react-router'
import type { Run } from '@/features/functions/api'
import { duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

const NONE: readonly Run[] = []
const keyOf = ({ id }: Run): string => id

/** While somebody is in it no row moves: one clicks the job one saw. */
export function RunTable({ runs, label, empty }: { runs: readonly Run[] | null; label: string; empty: string }) {
  const { rows, holder } = useHeld(runs ?? NONE, keyOf)
  if (runs === null) return <Nothing kind="later" title="Not available yet." />
  if (rows.length === 0) return <Nothing kind="never" title={empty} />
  return (
    <div className="table-scroll">
      <table className="table" aria-label={label}>
        <tbody {...holder}>
          {rows.map((run) => (
            <tr key={run.id} className="fresh">
              <td>
                <Status status={run.status} />
              </td>
              <td className="hide-phone">
                <Link to="/jobs/$jobId" params={{ jobId: run.id }} title={run.id}>
                  <code>{shortened(run.id, 6, 5)}</code>
                </Link>
              </td>
              <td className="cell-wide" title={run.error ?? undefined}>
                <Link to="/jobs/$jobId" params={{ jobId: run.id }} className="quiet">
                  {run.function_name ?? run.function}
                </Link>
                {run.error ? <span className="faint"> · {run.error}</span> : null}
              </td>
              <td className="right num hide-phone">{duration(run.duration_ms)}</td>
              <td className="right">
                <Time at={run.completed_at ?? run.started_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
