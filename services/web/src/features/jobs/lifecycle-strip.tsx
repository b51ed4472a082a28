// A job's life on one line, to scale: waits, runs, waits to retry, and what is going on now.
import '@/features/jobs/lifecycle-strip.css'
import type { JobDetail } from '@/features/jobs/api'
import { segmentsOf, type Segment } from '@/features/jobs/segments'
import { clockTime, duration, utc, utcSpan } from '@/lib/format'
import { toScale } from '@/ui/scale'

const WORDS: Record<Segment['kind'], string> = {
  scheduled: 'scheduled',
  queued: 'queued',
  running: 'ran',
  'retry-wait': 'retry wait',
  earlier: 'earlier',
}

const lengthOf = (segments: readonly Segment[]): number => segments.reduce((sum, one) => sum + one.to - one.from, 0)

const ORDER: readonly Segment['kind'][] = ['scheduled', 'earlier', 'queued', 'running', 'retry-wait']

export function LifecycleStrip({ job, now }: { job: JobDetail; now: number }) {
  const segments = segmentsOf(job, job.attempts_log, now)
  const total = lengthOf(segments)
  const from = segments[0]?.from ?? 0
  return (
    <div className="lifecycle">
      <ol className="scale" aria-label="What happened, in order">
        {segments.map((segment) => (
          <Stretch
            key={`${segment.kind}${String(segment.attempt)}${String(segment.from)}`}
            segment={segment}
            // They follow each other without holes.
            at={(segment.from - from) / Math.max(1, total)}
            share={lengthOf([segment]) / Math.max(1, total)}
          />
        ))}
      </ol>
      <p className="lifecycle-sums num">
        {ORDER.flatMap((kind) => sumOf(segments, kind) ?? [])}
        {segments.length > 1 ? (
          <span>
            in all <b>{duration(total)}</b>
          </span>
        ) : null}
      </p>
    </div>
  )
}

function sumOf(segments: readonly Segment[], kind: Segment['kind']) {
  const alike = segments.filter((one) => one.kind === kind)
  if (alike.length === 0) return null
  return (
    <span key={kind}>
      {WORDS[kind]} <b>{duration(lengthOf(alike))}</b>
      {kind === 'running' && alike.length > 1 ? ` in ${String(alike.length)} attempts` : ''}
    </span>
  )
}

function Stretch({ segment, at, share }: { segment: Segment; at: number; share: number }) {
  const { kind, from, to, isOpen, outcome } = segment
  const word = kind === 'running' && isOpen ? 'running' : WORDS[kind]
  const until = isOpen ? '' : ` to ${clockTime(to)}`
  const text = `${word} ${duration(to - from)}, from ${clockTime(from)}${until}`
  return (
    <li
      className={`stretch segment-${kind}`}
      data-outcome={kind === 'running' ? (outcome ?? 'open') : undefined}
      data-open={isOpen}
      style={toScale(at, share)}
      title={`${text} (${isOpen ? utc(from) : utcSpan(from, to)})`}
    >
      <span className="visually-hidden">{text}</span>
    </li>
  )
}
