// What stands on a row's line of time.
import { rampOf, type Point } from '@/features/jobs/ramp'
import type { LogMark } from '@/features/jobs/marks'
import type { Segment } from '@/features/jobs/segments'
import { stretchOf, type TimeScale } from '@/features/jobs/time-scale'
import type { ApiRequestEvent } from '@/generated/rest'
import { clockTime, duration, share, utcSpan } from '@/lib/format'
import { toScale } from '@/ui/scale'

export const WORDS: Record<Segment['kind'], string> = {
  scheduled: 'scheduled',
  queued: 'queued',
  running: 'ran',
  'retry-wait': 'waited to retry',
  earlier: 'earlier attempts',
}

interface BarProps {
  readonly segment: Segment
  readonly points: readonly Point[]
  readonly scale: TimeScale
  readonly isPicked: boolean
  readonly onPick: () => void
}

export function Bar({ segment, points, scale, isPicked, onPick }: BarProps) {
  const left = scale.place(segment.from)
  const ramp = rampOf(segment, points, scale)
  const newest = points.at(-1)
  const far = newest ? `, ${share(newest.progress)} at ${clockTime(newest.at)}` : ''
  const title = `${WORDS[segment.kind]} ${duration(segment.to - segment.from)}${far}, from ${clockTime(segment.from)} (${utcSpan(segment.from, segment.to)})`
  return (
    <i
      className={`segment segment-${segment.kind}`}
      data-outcome={segment.kind === 'running' ? (segment.outcome ?? 'open') : undefined}
      style={toScale(left, scale.place(segment.to) - left)}
      data-picked={isPicked}
      title={title}
      onClick={(event) => {
        event.stopPropagation()
        onPick()
      }}
    >
      {ramp === null ? null : (
        <svg className="segment-ramp" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
          <path d={ramp} />
        </svg>
      )}
    </i>
  )
}

/** A line of the log that says something is wrong, where it was logged. */
export function LogTicks({ lines, scale }: { lines: readonly LogMark[]; scale: TimeScale }) {
  return lines.map((line, index) => {
    const at = Date.parse(line.at)
    if (at < scale.from || at > scale.to) return null
    const said = line.message === null ? line.level : `${line.level}: ${line.message}`
    return <i key={`${line.at}${String(index)}`} className="waterfall-log-tick" data-level={line.level} title={`${clockTime(at)} ${said}`} style={toScale(scale.place(at))} />
  })
}

export function ticksInWords(lines: readonly LogMark[], hasMore: boolean): string {
  if (lines.length === 0) return ''
  const warnings = lines.filter(({ level }) => level === 'warning').length
  const errors = lines.length - warnings
  const some = [counted(errors, 'error'), counted(warnings, 'warning')].filter(Boolean).join(' and ')
  return `, ${some}${hasMore ? ' or more' : ''} in its log`
}

const counted = (n: number, what: string): string => (n === 0 ? '' : `${String(n)} ${what}${n === 1 ? '' : 's'}`)

export function RequestBar({ request, scale }: { request: ApiRequestEvent; scale: TimeScale }) {
  const { from, to } = stretchOf(request)
  const left = scale.place(from)
  const title = `answered in ${duration(request.latency_ms)}, from ${clockTime(from)} (${utcSpan(from, to)})`
  const end = scale.place(to)
  return (
    <>
      <i className="segment segment-request" style={toScale(left, end - left)} title={title} />
      <span className="waterfall-word" style={toScale(end)} aria-hidden>
        answered
      </span>
    </>
  )
}

const BUCKETS = 60

/** Many like jobs as one bar: as high as many ran at once, red where they failed. */
export function Density({ segments, scale }: { segments: readonly Segment[]; scale: TimeScale }) {
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
