// Two attempts of a job side by side, and what of the second is different.
import { lazy, Suspense, type ReactNode } from 'react'
import type { Attempt } from '@/features/jobs/api'
import { errorLine } from '@/features/jobs/job-columns'
import { Outcome } from '@/features/jobs/outcome'
import { count, DASH, duration } from '@/lib/format'
import { Loading } from '@/ui/query-view'

// The difference of lines is shown when two attempts have one.
const loadTracebackDifference = () => import('@/features/jobs/traceback-difference')
const TracebackDifference = lazy(async () => ({ default: (await loadTracebackDifference()).TracebackDifference }))
// With this page's code, so that it is there when the server is away or has been replaced.
void loadTracebackDifference().catch(() => undefined)

export type Pair = readonly [number, number]

/** The one asked for, where there is such a one; else the newest two. */
export function pairOf(attempts: readonly Attempt[], asked: readonly number[] | undefined): readonly [Attempt, Attempt] | null {
  const [first, second] = (asked ?? []).map((number) => attempts.find(({ attempt }) => attempt === number))
  if (first && second) return [first, second]
  const [before, newest] = attempts.slice(-2)
  return before && newest ? [before, newest] : null
}

export function lengthDifference(before: number | null, after: number | null): string {
  if (before === null || after === null) return DASH
  const by = after - before
  if (by === 0) return 'the same'
  const factor = Math.max(before, after) / Math.max(1, Math.min(before, after))
  return `${by > 0 ? '+' : '−'}${duration(Math.abs(by))}${factor >= 2 ? `, ×${factor.toFixed(1)} ${by > 0 ? 'longer' : 'shorter'}` : ''}`
}

export function errorDifference(before: Attempt, after: Attempt): string {
  if (before.error === null && after.error === null) return DASH
  if (after.error === null) return 'no error any more'
  if (before.error === null) return 'an error now'
  if (before.error_fingerprint !== after.error_fingerprint) return 'another error'
  return before.error === after.error ? 'the same' : 'the same kind'
}

export function tracebackDifference(before: Attempt, after: Attempt): string {
  if (before.traceback === null || after.traceback === null) return DASH
  return before.traceback === after.traceback ? 'the same' : 'as below'
}

const textDifference = (before: string | null, after: string | null): string => (before === after ? 'the same' : 'another')

interface AttemptComparisonProps {
  readonly attempts: readonly Attempt[]
  readonly asked: readonly number[] | undefined
  readonly onAsk: (pair: Pair) => void
}

export function AttemptComparison({ attempts, asked, onAsk }: AttemptComparisonProps) {
  const pair = pairOf(attempts, asked)
  if (!pair) return null
  const [before, after] = pair
  const { traceback: old } = before
  const { traceback: now } = after
  return (
    <>
      <div className="table-scroll attempt-pair" role="region" aria-label="Two attempts side by side" tabIndex={0}>
        <table className="table" aria-label="Two attempts side by side">
          <thead>
            <tr>
              <th scope="col">Compare</th>
              <th scope="col">
                <AttemptChoice label="The first attempt" attempts={attempts} chosen={before.attempt} onChoose={(one) => { onAsk([one, after.attempt]) }} />
              </th>
              <th scope="col">
                <AttemptChoice label="The second attempt" attempts={attempts} chosen={after.attempt} onChoose={(one) => { onAsk([before.attempt, one]) }} />
              </th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            <Line name="Outcome" before={<Outcome outcome={before.outcome} />} after={<Outcome outcome={after.outcome} />} difference={textDifference(before.outcome, after.outcome)} />
            <Line name="Ran" before={duration(before.duration_ms)} after={duration(after.duration_ms)} difference={lengthDifference(before.duration_ms, after.duration_ms)} />
            <Line name="Waited" before={duration(before.queue_wait_ms)} after={duration(after.queue_wait_ms)} difference={lengthDifference(before.queue_wait_ms, after.queue_wait_ms)} />
            <Line name="Worker" before={before.worker_id} after={after.worker_id} difference={textDifference(before.worker_id, after.worker_id)} />
            {before.pod === null && after.pod === null ? null : <Line name="Pod" before={before.pod ?? DASH} after={after.pod ?? DASH} difference={textDifference(before.pod, after.pod)} />}
            {before.version === null && after.version === null ? null : <Line name="Version" before={before.version ?? DASH} after={after.version ?? DASH} difference={textDifference(before.version, after.version)} />}
            <Line name="Error" before={errorLine(before) ?? DASH} after={errorLine(after) ?? DASH} difference={errorDifference(before, after)} />
            <Line name="Traceback" before={linesOf(old)} after={linesOf(now)} difference={tracebackDifference(before, after)} />
          </tbody>
        </table>
      </div>
      {old === null || now === null || old === now ? null : (
        <Suspense fallback={<Loading />}>
          <TracebackDifference before={old} after={now} />
        </Suspense>
      )}
    </>
  )
}

const linesOf = (traceback: string | null): string => (traceback === null ? DASH : `${count(traceback.trimEnd().split('\n').length)} lines`)

function Line({ name, before, after, difference }: { name: string; before: ReactNode; after: ReactNode; difference: string }) {
  const isAlike = difference === 'the same' || difference === DASH
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="num">{before}</td>
      <td className="num">{after}</td>
      <td className={isAlike ? 'num faint' : 'num attempt-differs'}>{difference}</td>
    </tr>
  )
}

function AttemptChoice({ label, attempts, chosen, onChoose }: { label: string; attempts: readonly Attempt[]; chosen: number; onChoose: (attempt: number) => void }) {
  return (
    <select
      className="input"
      aria-label={label}
      value={chosen}
      onChange={(event) => {
        onChoose(Number(event.target.value))
      }}
    >
      {attempts.map(({ attempt }) => (
        <option key={attempt} value={attempt}>
          No. {attempt}
        </option>
      ))}
    </select>
  )
}
