import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronRight, Globe } from 'lucide-react'
import type { ReactNode } from 'react'
import { isFinished, marksQuery, type Attempt } from '@/features/jobs/api'
import type { JobMarks, LogMark } from '@/features/jobs/marks'
import { Outcome } from '@/features/jobs/outcome'
import { pointsOf, type Point } from '@/features/jobs/ramp'
import type { Segment } from '@/features/jobs/segments'
import { isOn, stretchOf, type TimeScale } from '@/features/jobs/time-scale'
import { countsOf, type TreeRow } from '@/features/jobs/tree'
import type { Marker } from '@/features/jobs/waterfall'
import { Bar, Density, LogTicks, RequestBar, ticksInWords, WORDS } from '@/features/jobs/waterfall-bars'
import { count, duration } from '@/lib/format'
import { isForBrowser } from '@/ui/plain-link'
import { toScale } from '@/ui/scale'
import { HttpStatus, Status, statusWord } from '@/ui/status'

const LEVEL_PX = 14
/** Below the name, which has its mark before it. */
const INDENT_PX = 12

interface WaterfallRowProps {
  readonly id: string
  readonly index: number
  readonly top: number
  readonly row: TreeRow
  /** Said below its name; null where nothing is. */
  readonly reason: string | null
  readonly scale: TimeScale
  readonly segments: readonly Segment[]
  /** Of the job whose page this is; null of the others. */
  readonly attempts: readonly Attempt[] | null
  readonly markers: readonly Marker[]
  readonly isCurrent: boolean
  readonly isActive: boolean
  /** The attempt chosen, whose bar is framed. */
  readonly picked: number | null
  /** Of a bar: the attempt it is. */
  readonly onPick: (row: TreeRow, attempt: number | null) => void
  readonly onOpen: () => void
  readonly onToggle: () => void
}

export function WaterfallRow({ id, index, top, row, reason, scale, segments, attempts, markers, isCurrent, isActive, picked, onPick, onOpen, onToggle }: WaterfallRowProps) {
  const marks = useMarks(row)
  const lines = linesOf(row, marks)
  const seen = segments.filter((one) => isOn(scale, one))
  const request = row.kind === 'request' && isOn(scale, stretchOf(row.request)) ? row.request : null
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-expanded={row.isOpen ?? undefined}
      aria-current={isCurrent ? 'true' : undefined}
      aria-selected={isActive}
      className="waterfall-row"
      data-active={isActive}
      data-told={reason !== null}
      data-outside={seen.length === 0 && request === null}
      style={{ transform: `translateY(${String(top)}px)` }}
      onClick={onOpen}
    >
      <span role="gridcell" className="waterfall-name" style={{ paddingLeft: 4 + (row.level - 1) * LEVEL_PX }}>
        <span
          className="waterfall-toggle"
          aria-hidden
          onClick={(event) => {
            if (row.isOpen === null) return
            event.stopPropagation()
            onToggle()
          }}
        >
          {row.isOpen === null ? null : row.isOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        </span>
        <Name row={row} />
      </span>
      <span role="gridcell" className="waterfall-time num">
        {timeOf(row, segments)}
      </span>
      <span role="gridcell" className="waterfall-scale scale">
        {request ? <RequestBar request={request} scale={scale} /> : null}
        {row.kind === 'group' ? <Density segments={seen} scale={scale} /> : seen.map((one) => (
              <Bar
                key={`${one.kind}${String(one.from)}`}
                segment={one}
                points={pointsIn(one, row, attempts, marks)}
                scale={scale}
                isPicked={one.attempt !== null && one.attempt === picked}
                onPick={() => {
                  onPick(row, one.attempt)
                }}
              />
            ))}
        <LogTicks lines={lines} scale={scale} />
        {markers.filter(({ at }) => at >= scale.from && at <= scale.to).map((marker) => (
          <i key={`${String(marker.at)}${marker.label}`} className="waterfall-marker" title={marker.label} style={toScale(scale.place(marker.at))} />
        ))}
        <span className="visually-hidden">
          {inWords(segments)}
          {ticksInWords(lines, marks?.has_more ?? false)}
        </span>
      </span>
      {reason === null ? null : (
        <span role="gridcell" className="waterfall-reason" title={reason} style={{ paddingLeft: INDENT_PX + row.level * LEVEL_PX }}>
          {reason}
        </span>
      )}
    </div>
  )
}

/** Asked for while the row is in sight, again and again as long as its job may log, or get on. */
function useMarks(row: TreeRow): JobMarks | null {
  const job = row.kind === 'job' || row.kind === 'attempt' ? row.job : null
  const { data } = useQuery({ ...marksQuery(job?.id ?? '', job !== null && !isFinished(job.status)), enabled: job !== null })
  return data ?? null
}

const NO_LINES: readonly LogMark[] = []
const linesOf = (row: TreeRow, marks: JobMarks | null): readonly LogMark[] =>
  (row.kind === 'attempt' ? marks?.lines.filter(({ attempt }) => attempt === row.run.attempt) : marks?.lines) ?? NO_LINES

const NO_POINTS: readonly Point[] = []
const pointsIn = ({ attempt }: Segment, row: TreeRow, attempts: readonly Attempt[] | null, marks: JobMarks | null): readonly Point[] =>
  attempt !== null && (row.kind === 'job' || row.kind === 'attempt') ? pointsOf(attempt, row.job, attempts, marks) : NO_POINTS

function Name({ row }: { row: TreeRow }): ReactNode {
  if (row.kind === 'request')
    return (
      <>
        <Globe size={14} className="faint" aria-label="Request" />
        <HttpStatus status={row.request.status} />
        <code className="waterfall-function" title={`A request of ${row.request.api_name}`}>
          {row.request.method} {row.request.path}
        </code>
      </>
    )
  if (row.kind === 'attempt')
    return (
      <>
        <span className="faint">Attempt {row.run.attempt}</span> <Outcome outcome={row.run.outcome} />
      </>
    )
  if (row.kind === 'group')
    return (
      <>
        <span className="waterfall-function">
          {row.jobs[0]?.function_name ?? row.jobs[0]?.function} <b className="num">×{count(row.jobs.length)}</b>
        </span>
        {countsOf(row.jobs).map(({ status, count: n }) => (
          <Status key={status} status={status} word={count(n)} />
        ))}
      </>
    )
  return (
    <>
      <Status status={row.job.status} word="" />
      <span className="visually-hidden">{statusWord(row.job.status)}</span>
      <Link
        to="/jobs/$jobId"
        params={{ jobId: row.job.id }}
        className="quiet waterfall-function"
        title={row.job.id}
        tabIndex={-1}
        onClick={(event) => {
          // Elsewhere the browser opens it; here the row does, which keeps the tree as it is.
          if (isForBrowser(event)) event.stopPropagation()
          else event.preventDefault()
        }}
      >
        {row.job.function_name ?? row.job.function}
      </Link>
    </>
  )
}

function timeOf(row: TreeRow, segments: readonly Segment[]): string {
  if (row.kind === 'request') return duration(row.request.latency_ms)
  if (row.kind === 'group') {
    const from = segments.reduce((least, one) => Math.min(least, one.from), Infinity)
    return duration(segments.reduce((most, one) => Math.max(most, one.to), -Infinity) - from)
  }
  const running = segments.findLast((one) => one.kind === 'running')
  return duration(running ? running.to - running.from : null)
}

const inWords = (segments: readonly Segment[]): string =>
  segments.length > 12 ? '' : segments.map((one) => `${WORDS[one.kind]} ${duration(one.to - one.from)}`).join(', ')
