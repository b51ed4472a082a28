import { memo, useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { Job } from '@/features/jobs/api'
import { readColumns, type ColumnKey } from '@/features/jobs/column-choice'
import { columnsOf, columnWidths, type JobColumn } from '@/features/jobs/job-columns'
import { isForNewTab, useKeptSearch } from '@/ui/plain-link'
import { scaledTo } from '@/ui/progress-bar'
import { isControl } from '@/ui/row-steps'

export interface Picking {
  readonly picked: ReadonlySet<string>
  readonly opened: string | null
  /** `isTo`: with all between it and the one picked before. */
  readonly onPick: (id: string, isTo: boolean) => void
  readonly onPickAll: (isPicked: boolean) => void
  readonly onOpen: (id: string) => void
}

interface JobTableProps {
  readonly jobs: readonly Job[]
  readonly label: string
  readonly columns: readonly ColumnKey[]
  readonly picking: Picking
}

export function JobTable({ jobs, label, columns, picking }: JobTableProps) {
  const spelled = columns.join(',')
  // Always the same while they are: a column chosen draws every row, an event only its own.
  const shown = useMemo(() => columnsOf(readColumns(spelled) ?? []), [spelled])
  const longest = Math.max(0, ...jobs.map((job) => job.duration_ms ?? 0))
  const search = useKeptSearch()
  return (
    <div className="table-scroll">
      <table className="table pick-table job-table" aria-label={label} style={{ ...scaledTo(longest), ...columnWidths(shown) }}>
        <thead>
          <tr>
            <th scope="col">
              <PickAll all={jobs.length} picked={jobs.filter(({ id }) => picking.picked.has(id)).length} onPickAll={picking.onPickAll} />
            </th>
            {shown.map(({ key, label, beside, className }) => (
              <th key={key} scope="col" className={className?.startsWith('right') ? 'right' : undefined} data-gives-way={beside === null || undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow
              key={job.id}
              job={job}
              columns={shown}
              search={search}
              isPicked={picking.picked.has(job.id)}
              isOpened={picking.opened === job.id}
              onPick={picking.onPick}
              onOpen={picking.onOpen}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PickAll({ all, picked, onPickAll }: { all: number; picked: number } & Pick<Picking, 'onPickAll'>) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = picked > 0 && picked < all
  }, [all, picked])
  return (
    <input
      ref={box}
      type="checkbox"
      className="job-pick"
      aria-label="Pick every job shown"
      checked={picked === all}
      onChange={(event) => {
        onPickAll(event.target.checked)
      }}
    />
  )
}

interface JobRowProps extends Pick<Picking, 'onPick' | 'onOpen'> {
  readonly job: Job
  readonly columns: readonly JobColumn[]
  /** What the addresses it leads to keep of this one. */
  readonly search: string
  readonly isPicked: boolean
  readonly isOpened: boolean
}

// An event touches the row it concerns: the others are the same objects and are not drawn again.
const JobRow = memo(function JobRow({ job, columns, search, isPicked, isOpened, onPick, onOpen }: JobRowProps) {
  const show = (event: MouseEvent | KeyboardEvent): void => {
    if (!isControl(event.target)) onOpen(job.id)
  }
  // Its page in a tab of its own, as a link would; that tab has the key of this one.
  const openTab = (event: MouseEvent): void => {
    if (!isControl(event.target)) window.open(`/jobs/${job.id}${search}`)
  }
  return (
    <tr
      className="fresh"
      data-job={job.id}
      tabIndex={-1}
      aria-selected={isOpened || isPicked}
      onClick={(event) => {
        if (isForNewTab(event)) openTab(event)
        else show(event)
      }}
      onAuxClick={(event) => {
        if (isForNewTab(event)) openTab(event)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') show(event)
      }}
    >
      <td>
        <input
          type="checkbox"
          className="job-pick"
          aria-label={`Pick ${job.id}`}
          checked={isPicked}
          onChange={({ nativeEvent }) => {
            onPick(job.id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
          }}
        />
      </td>
      {columns.map(({ key, className, beside, cell }) => (
        <td key={key} className={className} data-gives-way={beside === null || undefined}>
          {cell(job, search)}
        </td>
      ))}
    </tr>
  )
})
