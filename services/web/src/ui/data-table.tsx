// A table whose columns sort. Its rows change in place, but while the pointer is in it none of them moves.
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { nextSort, sorted, sortOrder, type SortValue } from '@/lib/sorting'
import { useHeld } from '@/ui/held'

export interface Column<Row> {
  readonly key: string
  readonly label: string
  readonly value: (row: Row) => SortValue
  readonly cell: (row: Row) => ReactNode
  /** Words; numbers stand on the right. */
  readonly isText?: boolean
  readonly isWide?: boolean
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
  return (
    <div className="table-scroll">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
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
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.key} className={column.isWide ? 'cell-wide' : column.isAction ? 'right' : column.isText ? undefined : 'right num'}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SortMark({ isShown, isDescending }: { isShown: boolean; isDescending: boolean }) {
  const Mark = isDescending ? ArrowDown : ArrowUp
  return <Mark size={11} aria-hidden className={isShown ? 'sort-mark' : 'sort-mark sort-mark-off'} />
}
