import { memo, useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import type { Job } from '@/features/jobs/api'
import { duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { ProgressBar, scaledTo, ScaledBar } from '@/ui/progress-bar'
import { isForNewTab, PlainLink, useKeptSearch } from '@/ui/plain-link'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

export interface Picking {
  readonly picked: ReadonlySet<string>
  readonly opened: string | null
  /** `isTo`: with all between it and the one picked before. */
  readonly onPick: (id: string, isTo: boolean) => void
  readonly onPickAll: (isPicked: boolean) => void
  readonly onOpen: (id: string) => void
}

export function JobTable({ jobs, label, picking }: { jobs: readonly Job[]; label: string; picking: Picking }) {
  const longest = Math.max(0, ...jobs.map((job) => job.duration_ms ?? 0))
  const search = useKeptSearch()
  return (
    <div className="table-scroll">
      <table className="table job-table" aria-label={label} style={scaledTo(longest)}>
        <thead>
          <tr>
            <th scope="col">
              <PickAll all={jobs.length} picked={jobs.filter(({ id }) => picking.picked.has(id)).length} onPickAll={picking.onPickAll} />
            </th>
            <th scope="col">Status</th>
            <th scope="col">Function</th>
            <th scope="col">Job</th>
            <th scope="col" className="right">
              Attempt
            </th>
            <th scope="col" className="right">
              Wait
            </th>
            <th scope="col">Duration</th>
            <th scope="col">Worker</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow
              key={job.id}
              job={job}
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
  /** What the addresses it leads to keep of this one. */
  readonly search: string
  readonly isPicked: boolean
  readonly isOpened: boolean
}

const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('a, button, input') !== null

// An event touches the row it concerns: the others are the same objects and are not drawn again.
const JobRow = memo(function JobRow({ job, search, isPicked, isOpened, onPick, onOpen }: JobRowProps) {
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
      <td>
        <Status status={job.status} />
      </td>
      <td className="cell-text">
        <PlainLink href={`/functions/${encodeURIComponent(job.function)}${search}`}>{job.function_name ?? job.function}</PlainLink>
      </td>
      <td>
        <PlainLink href={`/jobs/${job.id}${search}`} title={job.id}>
          <code>{shortened(job.id)}</code>
        </PlainLink>
      </td>
      <td className="right num">{job.max_retries === null ? job.attempts : `${String(job.attempts)} of ${String(job.max_retries + 1)}`}</td>
      <td className="right num">{duration(job.queue_wait_ms)}</td>
      <td>
        {job.status === 'active' && job.progress !== null ? (
          <ProgressBar value={job.progress} label={`Progress of ${job.id}`} />
        ) : (
          <ScaledBar value={job.duration_ms} text={duration(job.duration_ms)} />
        )}
      </td>
      <td className="cell-text">{job.worker_id ?? <span className="faint">–</span>}</td>
      <td>
        <Time at={job.created_at} />
      </td>
    </tr>
  )
})
