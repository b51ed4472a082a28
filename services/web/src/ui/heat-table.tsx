import { classText } from '@/lib/duration-class'
import { count, spanOfTime } from '@/lib/format'
import type { HeatMapProps } from '@/ui/heat-map'

/** The cells as numbers, the newest column first; each the same door. */
export function HeatTable({ label, rows, columns, stepMs, onOpen }: Pick<HeatMapProps, 'label' | 'rows' | 'columns' | 'stepMs' | 'onOpen'>) {
  return (
    <div className="table-scroll heat-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">From, to</th>
            {rows.map((row) => (
              <th key={row.least} scope="col" className="right">
                {classText({ ...row, count: 0 })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.toReversed().map((column) => (
            <tr key={column.at}>
              <th scope="row" className="num">
                {spanOfTime(column.at, column.at + stepMs)}
              </th>
              {rows.map((row, place) => (
                <td key={row.least} className="right num">
                  <Count many={column.counts[place] ?? 0} onOpen={() => { onOpen(column, row) }} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Count({ many, onOpen }: { many: number; onOpen: () => void }) {
  if (many === 0) return <span className="faint">0</span>
  return (
    <button type="button" className="link-button num" title="Its requests in the log" onClick={onOpen}>
      {count(many)}
    </button>
  )
}
