// A table of many rows, of which only those in sight are drawn.
import '@/ui/virtual-table.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { count } from '@/lib/format'

const ROW_PX = 28
const LEAST_PX = 120
/** How many columns there are is seen from so many. */
const LOOKED_AT_ROWS = 200

interface VirtualTableProps {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly label: string
}

export function VirtualTable({ head, rows, label }: VirtualTableProps) {
  const host = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- its result is read here only, never memoised
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => host.current, estimateSize: () => ROW_PX, overscan: 12 })
  const columns = rows.slice(0, LOOKED_AT_ROWS).reduce((most, row) => Math.max(most, row.length), head.length)
  const grid = { gridTemplateColumns: `repeat(${String(Math.max(1, columns))}, minmax(0, 1fr))` }
  const cells = Array.from({ length: columns }, (_, index) => index)
  return (
    <>
      <div ref={host} className="virtual-table" role="table" aria-label={label} aria-rowcount={rows.length + 1} tabIndex={0}>
        <div role="rowgroup" className="virtual-table-head" style={{ minWidth: columns * LEAST_PX }}>
          <div role="row" aria-rowindex={1} className="virtual-table-row" style={grid}>
            {cells.map((index) => (
              <span key={index} role="columnheader">
                {head[index]}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), minWidth: columns * LEAST_PX, position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => (
            <div key={item.key} role="row" aria-rowindex={item.index + 2} className="virtual-table-row virtual-table-line" style={{ ...grid, transform: `translateY(${String(item.start)}px)` }}>
              {cells.map((index) => (
                <span key={index} role="cell" title={rows[item.index]?.[index]}>
                  {rows[item.index]?.[index]}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
      <p className="faint num">{count(rows.length)} rows</p>
    </>
  )
}
