import { Link } from '@tanstack/react-router'
import type { BulkAction } from '@/features/bulk/api'
import { count } from '@/lib/format'
import { shortened } from '@/lib/names'

export function SkipTable({ skips }: Pick<BulkAction, 'skips'>) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Jobs it was not done to">
        <thead>
          <tr>
            <th scope="col" className="right">
              Jobs
            </th>
            <th scope="col">Why</th>
            <th scope="col">For instance</th>
          </tr>
        </thead>
        <tbody>
          {skips.map(({ code, count: number, detail, job_id: id }) => (
            <tr key={code}>
              <td className="right num">{count(number)}</td>
              <td className="cell-wide" title={code}>
                {detail}
              </td>
              <td>
                <Link to="/jobs/$jobId" params={{ jobId: id }} title={id}>
                  <code>{shortened(id, 6, 5)}</code>
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
