// The first five seconds: is anything wrong, since when, where do I click.
import { linkOptions, type LinkProps } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ApiPoint } from '@/features/apis/series'
import { errorsTrouble, failingTrouble, waitingTrouble, type Trouble } from '@/features/dashboard/trouble'
import { latencyVerdict, rateVerdict, shareVerdict, type Before, type Judged, type Sample, type Verdict } from '@/features/dashboard/verdict'
import type { JobPoint } from '@/features/jobs/series'
import type { UnusualApis, UnusualOut } from '@/generated/rest'
import type { DeployMark } from '@/lib/deploys'
import { decimal, duration, momentText, percent } from '@/lib/format'
import { LIVE, STEP_MS, type RangeSearch } from '@/lib/range'
import type { Timed } from '@/lib/timed-query'
import { Sparkline } from '@/ui/sparkline'
import { Tile } from '@/ui/tile'
import { Instant } from '@/ui/time'

type Points<T> = Timed<{ points: readonly T[] }>

/** A stretch with what led up to it, the same stretch yesterday (null: not to be had), and what in it is worse than usual. */
export interface Told<Point, Unusual> {
  readonly series: Points<Point> | undefined
  readonly yesterday: Points<Point> | null | undefined
  readonly unusual: Unusual | undefined
}

interface VerdictStripProps {
  readonly jobs: Told<JobPoint, UnusualOut>
  readonly apis: Told<ApiPoint, UnusualApis>
  /** Seen in each trace. */
  readonly deploys: readonly DeployMark[]
  /** What led up to the stretch: “the hour before”. */
  readonly lead: string
  /** The range of the figures, for the lists behind them; empty where it is the page's own. */
  readonly range: RangeSearch
}

const NOTHING: Verdict = { value: null, before: undefined, trace: [] }

export function VerdictStrip({ jobs, apis, deploys, lead, range }: VerdictStripProps) {
  const { rate, failing, wait } = jobVerdicts(jobs)
  const wrong = errorsTrouble(apis.unusual, range)
  const shared = { ticks: ticksIn(jobs.series, deploys), lead }
  return (
    <div className="tiles verdicts" role="group" aria-label="Key figures">
      <VerdictTile {...shared} label="Jobs per minute" verdict={rate} trouble={null} text={decimal} change={relative} door={linkOptions({ to: '/jobs', search: range })} />
      <VerdictTile
        {...shared}
        label="Failing"
        verdict={failing}
        trouble={failingTrouble(jobs.unusual, range)}
        text={percent}
        change={points}
        door={linkOptions({ to: '/jobs', search: { status: ['failed'], ...range } })}
      />
      {/* What waits, waits now. */}
      <VerdictTile
        {...shared}
        label="Wait p95"
        verdict={wait}
        trouble={waitingTrouble(jobs.unusual)}
        text={duration}
        change={relative}
        door={linkOptions({ to: '/jobs', search: { status: ['queued'], ...LIVE } })}
      />
      <VerdictTile {...shared} label={wrong ? 'Server errors' : 'API errors'} verdict={errorsVerdict(apis, wrong !== null)} trouble={wrong} text={percent} change={points} door={linkOptions({ to: '/apis', search: range })} />
    </div>
  )
}

/** Where in the time of the traces something was deployed. */
function ticksIn(stretch: Points<JobPoint> | undefined, deploys: readonly DeployMark[]): number[] {
  if (!stretch) return []
  const { after, before } = stretch
  return deploys.filter(({ at }) => at >= after && at < before).map(({ at }) => (at - after) / (before - after))
}

/** The points of a stretch and of yesterday's as one question takes them. */
function judgedBy<Point>({ series, yesterday }: Told<Point, unknown>, sample: (point: Point) => Sample): Judged | null {
  if (!series) return null
  const { from, step, before } = series
  return {
    samples: series.data.points.map(sample),
    from,
    stepMs: STEP_MS[step],
    now: before,
    yesterday: yesterday ? { samples: yesterday.data.points.map(sample), until: yesterday.before } : yesterday,
  }
}

function jobVerdicts(jobs: Told<JobPoint, unknown>): { rate: Verdict; failing: Verdict; wait: Verdict } {
  const ended = judgedBy(jobs, (p) => ({ at: Date.parse(p.at), of: p.complete + p.failed, bad: p.failed, ms: p.wait_p95_ms }))
  const all = judgedBy(jobs, (p) => ({ at: Date.parse(p.at), of: p.complete + p.failed + p.cancelled, bad: 0, ms: null }))
  if (!ended || !all) return { rate: NOTHING, failing: NOTHING, wait: NOTHING }
  return { rate: rateVerdict(all), failing: shareVerdict(ended), wait: latencyVerdict(ended) }
}

/** All errors while nothing is wrong; once too many are the server's own, those alone, for only they are a reason for alarm. */
export function errorsVerdict(apis: Told<ApiPoint, unknown>, isOfServer: boolean): Verdict {
  const judged = judgedBy(apis, (p) => ({
    at: Date.parse(p.at),
    of: p.status_2xx + p.status_3xx + p.status_4xx + p.status_5xx,
    bad: p.status_5xx + (isOfServer ? 0 : p.status_4xx),
    ms: null,
  }))
  return judged ? shareVerdict(judged) : NOTHING
}

interface VerdictTileProps {
  readonly label: string
  readonly verdict: Verdict
  readonly trouble: Trouble | null
  readonly text: (value: number | null) => string
  readonly change: (value: number, before: number) => string
  readonly ticks: readonly number[]
  readonly lead: string
  readonly door: LinkProps
}

function VerdictTile({ label, verdict, trouble, text, change, ticks, lead, door }: VerdictTileProps) {
  const tone = trouble?.tone
  return (
    <Tile
      label={label}
      aside={trouble === null || trouble.since === null ? null : <span className="tile-since">since <Instant at={trouble.since}>{momentText(trouble.since)}</Instant></span>}
      value={text(verdict.value)}
      tone={tone}
      door={trouble?.door ?? door}
      trace={<Sparkline values={verdict.trace} tone={tone} ticks={ticks} />}
      note={trouble ? <TroubleNote trouble={trouble} /> : <Compared verdict={verdict} text={text} change={change} lead={lead} />}
    />
  )
}

function TroubleNote({ trouble: { name, figures, words, others } }: { trouble: Trouble }) {
  return (
    <span className="tile-trouble" title={words}>
      <TriangleAlert size={12} aria-hidden /> <span className="tile-trouble-name">{name}</span> <span>{figures}</span>
      {others > 0 ? <span title="So many others are worse than their usual, too"> +{others}</span> : null}
    </span>
  )
}

function Compared({ verdict: { value, before }, text, change, lead }: Pick<VerdictTileProps, 'verdict' | 'text' | 'change' | 'lead'>): ReactNode {
  // Its line is there before it is known what to say.
  if (before === undefined) return '\u00a0'
  if (value === null) return 'nothing yet'
  if (before === null) return 'nothing before to compare with'
  return <span title={comparedText(before, text, lead)}>{`${change(value, before.value)} ${before.of === 'yesterday' ? 'yesterday' : lead}`}</span>
}

/** With what it is compared, and what that was. */
export const comparedText = ({ value, of }: Before, text: VerdictTileProps['text'], lead: string): string =>
  of === 'yesterday' ? `At the same time yesterday it was ${text(value)}.` : `In ${lead} it was ${text(value)}; of the same time yesterday nothing is known.`

const STILL = 'as much as'
const sign = (value: number): string => (value > 0 ? '+' : '−')

/** A change of a rate or a time, in percent of what it was. */
export function relative(value: number, before: number): string {
  if (before === 0) return value === 0 ? STILL : 'up from none in'
  const change = Math.round((100 * (value - before)) / before)
  return change === 0 ? STILL : `${sign(change)}${String(Math.min(999, Math.abs(change)))} % on`
}

/** A change of a share, in points of percent. */
export function points(value: number, before: number): string {
  const change = Math.round(10 * (value - before)) / 10
  return change === 0 ? STILL : `${sign(change)}${decimal(Math.abs(change))} points on`
}
