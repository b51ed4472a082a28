// A table whose columns sort. Its rows change in place, but while the pointer is in it none of them moves. Many rows scroll
// under their head, and those in sight are drawn.
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { nextSort, sorted, sortOrder, type SortValue } from '@/lib/sorting'
import { useHeld } from '@/ui/held'
import { useRowWindow } from '@/ui/row-window'

export interface Column<Row> {
  readonly key: string
  readonly label: string
  readonly value: (row: Row) => SortValue
  readonly cell: (row: Row) => ReactNode
  /** Words; numbers stand on the right. */
  readonly isText?: boolean
  readonly isWide?: boolean
  /** Where the table's rows are many: what is drawn in it is so wide. */
  readonly widthPx?: number
  /** What can be done to the row: nothing to sort by, and its name is only read out. */
  readonly isAction?: boolean
}

interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function DataTable<Row>({ label, columns, rows, keyOf, sort, onSort }: DataTableProps<Row>) {
  const order = sortOrder(sort)
  const by = columns.find(({ key }) => key === order.key)
  const { rows: shown, holder, release } = useHeld(by ? sorted(rows, by.value, order.isDescending) : rows, keyOf)
  const box = useRef<HTMLDivElement>(null)
  const { isMany, from, to, abovePx, belowPx } = useRowWindow(shown.length, box)
  return (
    <div ref={box} className={isMany ? 'table-scroll data-table table-many' : 'table-scroll data-table'} tabIndex={isMany ? 0 : undefined} role={isMany ? 'region' : undefined} aria-label={isMany ? `${label}, scrolled` : undefined}>
      <table className="table" aria-label={label} aria-rowcount={isMany ? shown.length + 1 : undefined} style={{ '--columns': columns.length }}>
        {isMany ? <Widths columns={columns} /> : null}
        <thead>
          <tr aria-rowindex={isMany ? 1 : undefined}>
            {columns.map((column) => column.isAction ? (
              <th key={column.key} scope="col">
                <span className="visually-hidden">{column.label}</span>
              </th>
            ) : (
              <th key={column.key} scope="col" className={column.isText ? undefined : 'right'} aria-sort={by !== column ? undefined : order.isDescending ? 'descending' : 'ascending'}>
                <button
                  type="button"
                  className="sort"
                  onClick={() => {
                    release()
                    onSort(nextSort(sort, column.key, column.isText ?? false))
                  }}
                >
                  {column.label}
                  <SortMark isShown={by === column} isDescending={order.isDescending} />
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...holder}>
          <Gap px={abovePx} columns={columns.length} />
          {shown.slice(from, to).map((row, index) => (
            <tr key={keyOf(row)} aria-rowindex={isMany ? from + index + 2 : undefined}>
              {columns.map((column) => (
                <td key={column.key} className={column.isWide ? 'cell-wide' : column.isAction ? 'right cell-actions' : column.isText ? undefined : 'right num'}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Gap px={belowPx} columns={columns.length} />
        </tbody>
      </table>
    </div>
  )
}

/** The rows that are not drawn. */
function Gap({ px, columns }: { px: number; columns: number }) {
  if (px === 0) return null
  return (
    <tr className="table-gap" aria-hidden>
      <td colSpan={columns} style={{ height: px }} />
    </tr>
  )
}

/** Those of all rows, not of the ones in sight: a column is as wide wherever one is. */
function Widths<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <colgroup>
      {columns.map(({ key, isText, widthPx }) => (
        <col key={key} className={isText ? 'col-text' : undefined} style={{ width: widthPx }} />
      ))}
    </colgroup>
  )
}

function SortMark({ isShown, isDescending }: { isShown: boolean; isDescending: boolean }) {
  const Mark = isDescending ? ArrowDown : ArrowUp
  return <Mark size={11} aria-hidden className={isShown ? 'sort-mark' : 'sort-mark sort-mark-off'} />
}
