// How many in each cell of time and length, the darker the more. Tab comes to one cell, arrows go on from there, Enter and a
// click open what is behind it; what it says is said above, and the same as a table one key away.
import { memo, useId, useMemo, useState, type KeyboardEvent, type SyntheticEvent } from 'react'
import { classText } from '@/lib/duration-class'
import { count, spanOfTime } from '@/lib/format'
import { cellBeside, cellsOf, darkness, mostOf, type HeatCell, type HeatColumn, type HeatRow } from '@/lib/heat'
import { useChartsAsTables } from '@/ui/charts-as-tables'
import '@/ui/heat-map.css'
import { HeatTable } from '@/ui/heat-table'
import { Nothing } from '@/ui/nothing'
import { axisText } from '@/ui/time-series'

/** What is kept free for one until it comes. */
export const HEAT_ROOM = 268
const TICKS = 6

const requestsText = (many: number): string => (many === 1 ? '1 request' : `${count(many)} requests`)

export interface HeatMapProps {
  readonly label: string
  /** The shortest first. */
  readonly rows: readonly HeatRow[]
  readonly columns: readonly HeatColumn[]
  readonly stepMs: number
  readonly total: number
  readonly empty: string
  readonly onOpen: (column: HeatColumn, row: HeatRow) => void
}

export function HeatMap({ label, rows, columns, stepMs, total, empty, onOpen }: HeatMapProps) {
  const { asTables, toggle } = useChartsAsTables()
  const bodyId = useId()
  const cells = useMemo(() => cellsOf(columns), [columns])
  const [said, setSaid] = useState<string | null>(null)
  return (
    <figure className="chart" aria-label={label}>
      <figcaption className="chart-readout">
        <span className="readout num">{said ?? requestsText(total)}</span>
        <span className="heat-aside">
          {total > 0 && !asTables ? <Legend most={mostOf(cells)} /> : null}
          <button type="button" className="link-button" aria-expanded={asTables} aria-controls={bodyId} aria-keyshortcuts="t" onClick={toggle}>
            {asTables ? 'Chart' : 'Table'}
          </button>
        </span>
      </figcaption>
      <div id={bodyId} className="heat-room">
        {total === 0 ? (
          <Nothing kind="none" title={empty} />
        ) : asTables ? (
          <HeatTable label={label} rows={rows} columns={columns} stepMs={stepMs} onOpen={onOpen} />
        ) : (
          <div className="heat" style={{ '--rows': rows.length, '--columns': columns.length }}>
            <ol className="heat-rows num faint" aria-hidden>
              {rows.toReversed().map((row) => (
                <li key={row.least}>{classText({ ...row, count: 0 })}</li>
              ))}
            </ol>
            <Cells label={label} rows={rows} columns={columns} cells={cells} stepMs={stepMs} onSay={setSaid} onOpen={onOpen} />
            <Axis columns={columns} stepMs={stepMs} />
          </div>
        )}
      </div>
    </figure>
  )
}

function Legend({ most }: { most: number }) {
  return (
    <span className="heat-legend num faint">
      1 <span className="heat-scale" aria-hidden /> <span className="visually-hidden">to </span>
      {count(most)} <span className="visually-hidden">in a cell, the darker the more</span>
    </span>
  )
}

interface CellsProps extends Pick<HeatMapProps, 'label' | 'rows' | 'columns' | 'stepMs' | 'onOpen'> {
  readonly cells: readonly HeatCell[]
  readonly onSay: (text: string | null) => void
}

const placeOf = ({ column, row }: Pick<HeatCell, 'column' | 'row'>): string => `${String(column)}.${String(row)}`

/** Drawn again with its data and when an arrow is pressed, not under the pointer. */
const Cells = memo(function Cells({ label, rows, columns, cells, stepMs, onSay, onOpen }: CellsProps) {
  const [place, setPlace] = useState<string | null>(null)
  const most = mostOf(cells)
  const reached = cells.find((cell) => placeOf(cell) === place) ?? cells.at(-1)
  const textOf = ({ column, row, count: many }: HeatCell): string => {
    const [began, took] = [columns[column]?.at ?? 0, rows[row]]
    return `${spanOfTime(began, began + stepMs)}, ${took ? classText({ ...took, count: many }) : ''}: ${requestsText(many)}`
  }
  const at = ({ target }: SyntheticEvent): HeatCell | undefined => {
    const named = target instanceof HTMLElement ? target.dataset.place : undefined
    return cells.find((cell) => placeOf(cell) === named)
  }
  const say = (event: SyntheticEvent): void => {
    const cell = at(event)
    onSay(cell ? textOf(cell) : null)
  }
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const from = at(event)
    const next = from && cellBeside(cells, from, event.key)
    if (!next) return
    event.preventDefault()
    event.currentTarget.querySelector<HTMLElement>(`[data-place="${placeOf(next)}"]`)?.focus()
  }
  return (
    <div
      className="heat-cells"
      role="group"
      aria-label={`${label}, by arrow keys`}
      onPointerOver={say}
      onPointerLeave={() => {
        onSay(null)
      }}
      onFocus={(event) => {
        setPlace(event.target.dataset.place ?? null)
        say(event)
      }}
      onBlur={() => {
        onSay(null)
      }}
      onKeyDown={move}
      onClick={(event) => {
        const cell = at(event)
        const [column, row] = [columns[cell?.column ?? -1], rows[cell?.row ?? -1]]
        if (column && row) onOpen(column, row)
      }}
    >
      {cells.map((cell) => (
        <button
          key={placeOf(cell)}
          type="button"
          data-place={placeOf(cell)}
          tabIndex={cell === reached ? 0 : -1}
          aria-label={`${textOf(cell)}, in the log`}
          style={{ '--column': cell.column + 1, '--row': rows.length - cell.row, '--dark': `${String(darkness(cell.count, most))}%` }}
        />
      ))}
    </div>
  )
})

function Axis({ columns, stepMs }: Pick<HeatMapProps, 'columns' | 'stepMs'>) {
  const every = Math.max(1, Math.ceil(columns.length / TICKS))
  return (
    <ol className="heat-axis num faint" aria-hidden>
      {columns.map(({ at }, index) => (index % every === 0 ? <li key={at} style={{ '--column': index + 1 }}>{axisText(at, every * stepMs)}</li> : null))}
    </ol>
  )
}
