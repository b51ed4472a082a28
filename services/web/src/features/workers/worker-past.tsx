import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { isDrawn, PAST_CHARTS, PASTS, pastPoints, withoutLimit, workerSeriesQuery, type Past, type PastChart } from '@/features/workers/past'
import type { WorkerPoint } from '@/generated/rest'
import { ApiProblem } from '@/lib/api-client'
import { STEP_MS } from '@/lib/range'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'
import { TimeChart } from '@/ui/time-chart'
import { SMALL_CHART_HEIGHT, SMALL_CHART_ROOM } from '@/ui/time-plot'
import { perStep } from '@/ui/time-series'

interface WorkerPastProps {
  readonly id: string
  readonly past: Past
  readonly onPast: (past: Past) => void
}

/** Slots, jobs, processor, memory and loop of the last hours, also of a worker that is gone. */
export function WorkerPast({ id, past, onPast }: WorkerPastProps) {
  const series = useQuery(workerSeriesQuery(id, past))
  return (
    <section aria-label="Its past">
      <h3 className="side-part">
        <span>
          Its past <span className="faint">{series.data ? perStep(STEP_MS[series.data.step]) : ''}</span>
        </span>
        <span className="past-choice">
          {PASTS.map((one) => (
            <button key={one} type="button" className="chip" aria-pressed={one === past} onClick={() => { onPast(one) }}>
              {one}
            </button>
          ))}
        </span>
      </h3>
      {series.error instanceof ApiProblem && series.error.status === 404 ? (
        <Nothing kind="outside" title="Nothing of it is kept any more." />
      ) : (
        <QueryView query={series} reserve={PAST_CHARTS.length * SMALL_CHART_ROOM}>
          {({ data, step }) => (
            <div className="worker-past">
              {PAST_CHARTS.map((chart) => (
                <Figures key={chart.title} chart={chart} id={id} points={data.points} stepMs={STEP_MS[step]} />
              ))}
            </div>
          )}
        </QueryView>
      )}
    </section>
  )
}

function Figures({ chart: whole, id, points: read, stepMs }: { chart: PastChart; id: string; points: readonly WorkerPoint[]; stepMs: number }) {
  const isBounded = read.some(({ memory_limit_bytes: limit }) => limit !== null)
  const chart = useMemo(() => (isBounded ? whole : withoutLimit(whole)), [whole, isBounded])
  const points = useMemo(() => pastPoints(read, chart), [read, chart])
  if (!isDrawn(chart, points)) return null
  return (
    <div>
      <h4>{chart.title}</h4>
      <TimeChart label={`${chart.title} of ${id}, ${perStep(stepMs)}`} series={chart.series} points={points} stepMs={stepMs} crosshair="worker" height={SMALL_CHART_HEIGHT} />
    </div>
  )
}
