import { Link } from '@tanstack/react-router'
import type { BulkAction } from '@/features/bulk/api'
import { BulkState } from '@/features/bulk/bulk-state'
import { askedText, becameOf, titleOf } from '@/features/bulk/bulk-words'
import { Time } from '@/ui/time'

export function BulkActionTable({ actions }: { actions: readonly BulkAction[] }) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Bulk actions">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Name</th>
            <th scope="col" className="hide-phone">
              Which jobs
            </th>
            <th scope="col">So far</th>
            <th scope="col" className="hide-phone">
              By
            </th>
            <th scope="col" className="right">
              Started
            </th>
          </tr>
        </thead>
        <tbody>
          {actions.map((action) => (
            <tr key={action.id}>
              <td>
                <BulkState state={action.state} />
              </td>
              <td>
                <Link to="/jobs/bulk/$actionId" params={{ actionId: action.id }} className="quiet">
                  {titleOf(action)}
                </Link>
              </td>
              <td className="cell-wide hide-phone" title={askedText(action)}>
                {askedText(action)}
              </td>
              <td className="num">{becameOf(action)}</td>
              <td className="hide-phone">{action.created_by}</td>
              <td className="right">
                <Time at={action.started_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
