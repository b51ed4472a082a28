// The first five seconds: is anything wrong, since when, where do I click.
import { linkOptions, type LinkProps } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ApiPoint } from '@/features/apis/series'
import type { JobPoint } from '@/features/jobs/series'
import { latencyVerdict, rateVerdict, shareVerdict, type Verdict } from '@/features/dashboard/verdict'
import type { DeployMark } from '@/lib/deploys'
import { decimal, duration, momentText, percent } from '@/lib/format'
import { LIVE, STEP_MS, type RangeSearch } from '@/lib/range'
import type { Timed } from '@/lib/timed-query'
import { Sparkline } from '@/ui/sparkline'
import { Tile } from '@/ui/tile'
import { Instant } from '@/ui/time'

const FAILING_FLOOR_PERCENT = 5
const ERRORS_FLOOR_PERCENT = 1
const WAIT_FLOOR_MS = 1000

type Points<T> = Timed<{ points: readonly T[] }>

interface VerdictStripProps {
  readonly jobs: Points<JobPoint> | undefined
  readonly apis: Points<ApiPoint> | undefined
  /** Seen in each trace. */
  readonly deploys: readonly DeployMark[]
  /** What the comparison is with: “than the hour before”. */
  readonly usual: string
  /** The range of the figures, for the lists behind them; empty where it is the page's own. */
  readonly range: RangeSearch
}

const NOTHING: Verdict = { value: null, before: null, since: null, trace: [] }

export function VerdictStrip({ jobs, apis, deploys, usual, range }: VerdictStripProps) {
  const { rate, failing, wait } = jobVerdicts(jobs)
  const errors = errorsVerdict(apis)
  const ticks = ticksIn(jobs, deploys)
  return (
    <div className="tiles verdicts" role="group" aria-label="Key figures">
      <VerdictTile label="Jobs per minute" verdict={rate} text={decimal} change={relative} ticks={ticks} usual={usual} door={linkOptions({ to: '/jobs', search: range })} />
      <VerdictTile label="Failing" verdict={failing} text={percent} change={points} ticks={ticks} usual={usual} door={linkOptions({ to: '/jobs', search: { status: ['failed'], ...range } })} />
      {/* What waits, waits now. */}
      <VerdictTile label="Wait p95" verdict={wait} text={duration} change={relative} ticks={ticks} usual={usual} door={linkOptions({ to: '/jobs', search: { status: ['queued'], ...LIVE } })} />
      <VerdictTile
        label="API errors"
        verdict={errors}
        trouble="server errors"
        text={percent}
        change={points}
        ticks={ticks}
        usual={usual}
        door={linkOptions({ to: '/apis', search: range })}
      />
    </div>
  )
}

/** Where in the time of the traces something was deployed. */
function ticksIn(stretch: Points<JobPoint> | undefined, deploys: readonly DeployMark[]): number[] {
  if (!stretch) return []
  const { after, before } = stretch
  return deploys.filter(({ at }) => at >= after && at < before).map(({ at }) => (at - after) / (before - after))
}

function jobVerdicts(jobs: Points<JobPoint> | undefined): { rate: Verdict; failing: Verdict; wait: Verdict } {
  if (!jobs) return { rate: NOTHING, failing: NOTHING, wait: NOTHING }
  const samples = jobs.data.points.map((p) => ({ at: Date.parse(p.at), of: p.complete + p.failed, bad: p.failed, ms: p.wait_p95_ms }))
  const judged = { samples, from: jobs.from, stepMs: STEP_MS[jobs.step], now: jobs.before }
  const all = jobs.data.points.map((p) => ({ at: Date.parse(p.at), of: p.complete + p.failed + p.cancelled, bad: 0, ms: null }))
  return { rate: rateVerdict({ ...judged, samples: all }), failing: shareVerdict(judged, FAILING_FLOOR_PERCENT), wait: latencyVerdict(judged, WAIT_FLOOR_MS) }
}

/** All errors while nothing is wrong; once too many are the server's own, those alone, for only they are a reason for alarm. */
export function errorsVerdict(apis: Points<ApiPoint> | undefined): Verdict {
  if (!apis) return NOTHING
  const samples = (bad: (point: ApiPoint) => number) =>
    apis.data.points.map((p) => ({ at: Date.parse(p.at), of: p.status_2xx + p.status_3xx + p.status_4xx + p.status_5xx, bad: bad(p), ms: null }))
  const judged = (bad: (point: ApiPoint) => number) => ({ samples: samples(bad), from: apis.from, stepMs: STEP_MS[apis.step], now: apis.before })
  const ofServer = shareVerdict(judged((p) => p.status_5xx), ERRORS_FLOOR_PERCENT)
  if (ofServer.since !== null) return ofServer
  return { ...shareVerdict(judged((p) => p.status_4xx + p.status_5xx), ERRORS_FLOOR_PERCENT), since: null }
}

interface VerdictTileProps {
  readonly label: string
  readonly verdict: Verdict
  readonly text: (value: number | null) => string
  readonly change: (value: number, before: number) => string
  readonly ticks: readonly number[]
  readonly usual: string
  /** What it is that began, where the figure alone does not say it. */
  readonly trouble?: string
  readonly door: LinkProps
}

function VerdictTile({ label, verdict, text, change, ticks, usual, trouble, door }: VerdictTileProps) {
  const tone = verdict.since === null ? undefined : 'bad'
  return (
    <Tile label={label} value={text(verdict.value)} tone={tone} door={door} trace={<Sparkline values={verdict.trace} tone={tone} ticks={ticks} />} note={noteOf(verdict, change, usual, trouble)} />
  )
}

function noteOf({ value, before, since }: Verdict, change: VerdictTileProps['change'], usual: string, trouble = ''): ReactNode {
  if (since !== null)
    return (
      <span className="tile-since">
        <TriangleAlert size={12} aria-hidden /> {trouble} since <Instant at={since}>{momentText(since)}</Instant>
      </span>
    )
  if (value === null) return 'nothing yet'
  return before === null ? 'nothing before to compare with' : `${change(value, before)} ${usual}`
}

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
