// A table whose columns sort. Its rows change in place, but while the pointer is in it none of them moves. Many rows scroll
// under their head, and those in sight are drawn. Rows may stand in groups that fold.
import { ArrowDown, ArrowUp, ChevronDown, ChevronRight } from 'lucide-react'
import { useRef, type MouseEvent, type ReactNode } from 'react'
import { groupLines, rowLine, type GroupLine, type Line } from '@/lib/grouping'
import { nextSort, sorted, sortOrder, type SortValue } from '@/lib/sorting'
import { useActions } from '@/ui/actions'
import { useHeld } from '@/ui/held'
import { isForNewTab } from '@/ui/plain-link'
import { RowGap } from '@/ui/row-gap'
import { closeActions, GROUPS, isControl, pickedBy, stepActions, useRowSteps, type Mark } from '@/ui/row-steps'
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
  /** Shows what is said elsewhere too: only where there is room for it. */
  readonly isRoomy?: boolean
  /** Only on a wide screen. */
  readonly isWidest?: boolean
  /** With a row shown beside the table: what that says as well goes. */
  readonly givesWay?: boolean
  /** What can be done to the row: nothing to sort by, and its name is only read out. */
  readonly isAction?: boolean
}

export interface Grouping<Row> {
  readonly of: (row: Row) => string
  /** What a group without a name is called. */
  readonly others: string
  readonly isFolded: (group: string) => boolean
  /** Null where all are unfolded, and stay so. */
  readonly onFold: ((group: string) => void) | null
  /** What is said of a group beside its name. */
  readonly note: (rows: readonly Row[]) => string
}

/** Rows that a click and the keys show beside the table: `j` `k` move, Enter shows, `o` opens the page, Escape closes. */
export interface RowPicking {
  readonly mark: Mark
  readonly opened: string | undefined
  readonly onShow: (key: string | undefined) => void
  readonly onOpen: (key: string) => void
  /** The address of its page, for a tab of its own. */
  readonly pageOf: (key: string) => string
}

/** Of a table of many rows: what a column takes that does not say. */
const COLUMN_PX = 120
const leastWidth = <Row,>(columns: readonly Column<Row>[]): string => `${String(columns.reduce((sum, { widthPx = COLUMN_PX }) => sum + Math.min(widthPx, COLUMN_PX), 0))}px`

/** Undefined where there is none. */
const among = (...classes: readonly (string | false | undefined)[]): string | undefined => classes.filter(Boolean).join(' ') || undefined

interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly sort: string
  readonly onSort: (sort: string) => void
  readonly grouping?: Grouping<Row> | undefined
  readonly picking?: RowPicking
}

export function DataTable<Row>({ label, columns, rows, keyOf, sort, onSort, grouping, picking }: DataTableProps<Row>) {
  const order = sortOrder(sort)
  const by = columns.find(({ key }) => key === order.key)
  const { rows: shown, holder, release } = useHeld(by ? sorted(rows, by.value, order.isDescending) : rows, keyOf)
  const lines: readonly Line<Row>[] = grouping ? groupLines(shown, grouping.of, grouping.isFolded) : shown.map(rowLine)
  const box = useRef<HTMLDivElement>(null)
  const { isMany, from, to, abovePx, belowPx, show } = useRowWindow(lines.length, box, shown.length)
  const keys = lines.flatMap((line) => (line.kind === 'row' ? [keyOf(line.row)] : []))
  useRowPicking(picking, box, {
    keys,
    show: (index) => {
      show(lines.findIndex((line) => line.kind === 'row' && keyOf(line.row) === keys[index]))
    },
  })
  return (
    <div ref={box} className={isMany ? 'table-scroll data-table table-many' : 'table-scroll data-table'} tabIndex={isMany ? 0 : undefined} role={isMany ? 'region' : undefined} aria-label={isMany ? `${label}, scrolled` : undefined}>
      <table className={among('table', picking && 'pick-table')} aria-label={label} aria-rowcount={isMany ? lines.length + 1 : undefined} style={{ '--least': leastWidth(columns) }}>
        {isMany ? <Widths columns={columns} /> : null}
        <thead>
          <tr aria-rowindex={isMany ? 1 : undefined}>
            {columns.map((column) => column.isAction ? (
              <th key={column.key} scope="col" data-gives-way={column.givesWay}>
                <span className="visually-hidden">{column.label}</span>
              </th>
            ) : (
              <th key={column.key} scope="col" data-gives-way={column.givesWay} className={among(!column.isText && 'right', column.isRoomy && 'cell-roomy', column.isWidest && 'cell-widest')} aria-sort={by !== column ? undefined : order.isDescending ? 'descending' : 'ascending'}>
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
          <RowGap px={abovePx} />
          {lines.slice(from, to).map((line, index) => {
            const place = isMany ? from + index + 2 : undefined
            if (line.kind === 'row') return <DataRow key={keyOf(line.row)} row={line.row} columns={columns} place={place} id={keyOf(line.row)} picking={picking} />
            return grouping ? <GroupHead key={`group ${line.group}`} line={line} grouping={grouping} columns={columns.length} place={place} /> : null
          })}
          <RowGap px={belowPx} />
        </tbody>
      </table>
    </div>
  )
}

const cellClass = <Row,>({ isWide, isAction, isText }: Column<Row>): string | false => (isWide ? 'cell-wide' : isAction ? 'right cell-actions' : !isText && 'right num')

/** Without picking there are no marks to find and no keys to hear. */
function useRowPicking(picking: RowPicking | undefined, box: Parameters<typeof useRowSteps>[0], all: Parameters<typeof useRowSteps>[4]): void {
  const mark = picking?.mark ?? 'function'
  const steps = useRowSteps(box, mark, picking?.opened, (key) => picking?.onShow(key), all)
  const withCurrent = (act: (key: string) => void) => (): void => {
    const key = steps.currentKey()
    if (key !== undefined) act(key)
  }
  useActions(
    picking
      ? [
          ...stepActions(mark, steps),
          { id: `${mark}s-show`, label: `Show this ${mark} beside the others`, group: GROUPS[mark], keys: 'Enter', isHeardThere: true, run: withCurrent(picking.onShow) },
          { id: `${mark}s-open`, label: `Open this ${mark}’s page`, group: GROUPS[mark], keys: 'o', run: withCurrent(picking.onOpen) },
          ...closeActions(mark, picking.opened, () => {
            picking.onShow(undefined)
          }),
        ]
      : [],
  )
}

interface DataRowProps<Row> {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
  readonly place: number | undefined
  readonly id: string
  readonly picking: RowPicking | undefined
}

function DataRow<Row>({ row, columns, place, id, picking }: DataRowProps<Row>) {
  return (
    <tr aria-rowindex={place} {...(picking && markOf(id, picking))}>
      {columns.map((column) => (
        <td key={column.key} data-gives-way={column.givesWay} className={among(cellClass(column), column.isRoomy && 'cell-roomy', column.isWidest && 'cell-widest')}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

function markOf(id: string, { mark, opened, onShow, pageOf }: RowPicking) {
  const { onClick, onKeyDown } = pickedBy(() => {
    onShow(id)
  })
  const inTab = (event: MouseEvent): boolean => {
    const isSo = isForNewTab(event) && !isControl(event.target)
    if (isSo) window.open(pageOf(id))
    return isSo
  }
  return {
    [`data-${mark}`]: id,
    tabIndex: -1,
    'aria-selected': opened === id,
    onClick: (event: MouseEvent): void => {
      if (!inTab(event)) onClick(event)
    },
    onAuxClick: inTab,
    onKeyDown,
  }
}

interface GroupHeadProps<Row> {
  readonly line: GroupLine<Row>
  readonly grouping: Grouping<Row>
  readonly columns: number
  readonly place: number | undefined
}

function GroupHead<Row>({ line, grouping, columns, place }: GroupHeadProps<Row>) {
  const { onFold } = grouping
  const name = line.group || grouping.others
  return (
    <tr className="group-row" aria-rowindex={place}>
      <td colSpan={columns}>
        <span className="group-row-head">
          {onFold ? (
            <FoldButton
              isFolded={line.isFolded}
              onFold={() => {
                onFold(line.group)
              }}
            >
              {name}
            </FoldButton>
          ) : (
            <b>{name}</b>
          )}
          <span className="faint num">{grouping.note(line.rows)}</span>
        </span>
      </td>
    </tr>
  )
}

function FoldButton({ isFolded, onFold, children }: { isFolded: boolean; onFold: () => void; children: string }) {
  const Mark = isFolded ? ChevronRight : ChevronDown
  return (
    <button type="button" className="fold" aria-expanded={!isFolded} onClick={onFold}>
      <Mark size={14} aria-hidden />
      {children}
    </button>
  )
}

/** Those of all rows, not of the ones in sight: a column is as wide wherever one is. */
function Widths<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <colgroup>
      {columns.map(({ key, isText, isRoomy, isWidest, widthPx, givesWay }) => (
        <col key={key} data-gives-way={givesWay} className={among(isText && 'col-text', isRoomy && 'cell-roomy', isWidest && 'cell-widest')} style={{ width: widthPx }} />
      ))}
    </colgroup>
  )
}

function SortMark({ isShown, isDescending }: { isShown: boolean; isDescending: boolean }) {
  const Mark = isDescending ? ArrowDown : ArrowUp
  return <Mark size={11} aria-hidden className={isShown ? 'sort-mark' : 'sort-mark sort-mark-off'} />
}
