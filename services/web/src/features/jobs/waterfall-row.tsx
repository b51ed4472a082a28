import { ChevronDown, ChevronRight, Globe } from 'lucide-react'
import type { ReactNode } from 'react'
import { Outcome } from '@/features/jobs/outcome'
import type { Segment } from '@/features/jobs/segments'
import { isOn, stretchOf, type TimeScale } from '@/features/jobs/time-scale'
import { countsOf, type TreeRow } from '@/features/jobs/tree'
import type { Marker } from '@/features/jobs/waterfall'
import type { ApiRequestEvent } from '@/generated/rest'
import { clockTime, count, duration, utcSpan } from '@/lib/format'
import { toScale } from '@/ui/scale'
import { HttpStatus, Status, statusWord } from '@/ui/status'

interface WaterfallRowProps {
  readonly id: string
  readonly index: number
  readonly top: number
  readonly row: TreeRow
  readonly scale: TimeScale
  readonly segments: readonly Segment[]
  readonly markers: readonly Marker[]
  readonly isCurrent: boolean
  readonly isActive: boolean
  readonly onOpen: () => void
  readonly onToggle: () => void
}

export function WaterfallRow({ id, index, top, row, scale, segments, markers, isCurrent, isActive, onOpen, onToggle }: WaterfallRowProps) {
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
      className="waterfall-row"
      data-active={isActive}
      data-outside={seen.length === 0 && request === null}
      style={{ transform: `translateY(${String(top)}px)` }}
      onClick={onOpen}
    >
      <span role="gridcell" className="waterfall-name" style={{ paddingLeft: 4 + (row.level - 1) * 14 }}>
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
        {row.kind === 'group' ? <Density segments={seen} scale={scale} /> : seen.map((one) => <Bar key={`${one.kind}${String(one.from)}`} segment={one} scale={scale} />)}
        {markers.filter(({ at }) => at >= scale.from && at <= scale.to).map((marker) => (
          <i key={`${String(marker.at)}${marker.label}`} className="waterfall-marker" title={marker.label} style={toScale(scale.place(marker.at))} />
        ))}
        <span className="visually-hidden">{inWords(segments)}</span>
      </span>
    </div>
  )
}

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
      <span className="waterfall-function" title={row.job.id}>
        {row.job.function_name ?? row.job.function}
      </span>
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

const WORDS: Record<Segment['kind'], string> = {
  scheduled: 'scheduled',
  queued: 'queued',
  running: 'ran',
  'retry-wait': 'waited to retry',
  earlier: 'earlier attempts',
}

const inWords = (segments: readonly Segment[]): string =>
  segments.length > 12 ? '' : segments.map((one) => `${WORDS[one.kind]} ${duration(one.to - one.from)}`).join(', ')

function Bar({ segment, scale }: { segment: Segment; scale: TimeScale }) {
  const left = scale.place(segment.from)
  const title = `${WORDS[segment.kind]} ${duration(segment.to - segment.from)}, from ${clockTime(segment.from)} (${utcSpan(segment.from, segment.to)})`
  return (
    <i
      className={`segment segment-${segment.kind}`}
      data-outcome={segment.kind === 'running' ? (segment.outcome ?? 'open') : undefined}
      style={toScale(left, scale.place(segment.to) - left)}
      title={title}
    />
  )
}

function RequestBar({ request, scale }: { request: ApiRequestEvent; scale: TimeScale }) {
  const { from, to } = stretchOf(request)
  const left = scale.place(from)
  const title = `answered in ${duration(request.latency_ms)}, from ${clockTime(from)} (${utcSpan(from, to)})`
  return <i className="segment segment-request" style={toScale(left, scale.place(to) - left)} title={title} />
}

const BUCKETS = 60

/** Many like jobs as one bar: as high as many ran at once, red where they failed. */
function Density({ segments, scale }: { segments: readonly Segment[]; scale: TimeScale }) {
  const ran = new Array<number>(BUCKETS).fill(0)
  const failed = new Array<number>(BUCKETS).fill(0)
  for (const one of segments) {
    if (one.kind !== 'running') continue
    const last = Math.min(BUCKETS - 1, Math.floor(scale.place(one.to) * BUCKETS))
    for (let bucket = Math.floor(scale.place(one.from) * BUCKETS); bucket <= last; bucket += 1) {
      ran[bucket] = (ran[bucket] ?? 0) + 1
      if (one.outcome === 'failure') failed[bucket] = (failed[bucket] ?? 0) + 1
    }
  }
  const most = Math.max(1, ...ran)
  return (
    <svg className="density" viewBox={`0 0 ${String(BUCKETS)} 1`} preserveAspectRatio="none" aria-hidden>
      {ran.map((n, bucket) => (n > 0 ? <rect key={bucket} x={bucket} width={1} y={1 - n / most} height={n / most} className="density-ran" /> : null))}
      {failed.map((n, bucket) => (n > 0 ? <rect key={bucket} x={bucket} width={1} y={1 - n / most} height={n / most} className="density-failed" /> : null))}
    </svg>
  )
}
