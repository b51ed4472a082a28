import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useChangeRange } from '@/components/use-range'
import { jobSeriesQuery, LATENCY_SERIES, latencyPoints } from '@/features/jobs/series'
import { useWorkerDeploys } from '@/features/workers/deploys'
import { customSearch, STEP_MS, type TimeWindow } from '@/lib/range'
import { DAY_MS } from '@/lib/time-units'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { TimeChart } from '@/ui/time-chart'
import { CHART_ROOM } from '@/ui/time-plot'
import { perStep } from '@/ui/time-series'

/** Four figures take two lines above the chart. */
const SECOND_LINE = 15

export function LatencyPanel({ name, shown }: { name: string; shown: TimeWindow | null }) {
  const { zoomTo } = useChangeRange()
  const navigate = useNavigate()
  const marks = useWorkerDeploys(shown, name)
  const series = useQuery(jobSeriesQuery({ function: name }, { shown, liveMs: DAY_MS, liveStep: '1h' }))
  return (
    <Panel title="How long it waits and runs" aside={series.data ? perStep(STEP_MS[series.data.step]) : 'per hour'}>
      <QueryView query={series} reserve={CHART_ROOM + SECOND_LINE}>
        {({ data, step }) => (
          <TimeChart
            label={`Wait and run of ${name}, ${perStep(STEP_MS[step])}`}
            series={LATENCY_SERIES}
            points={latencyPoints(data.points)}
            stepMs={STEP_MS[step]}
            marks={marks}
            crosshair="function"
            onZoom={zoomTo}
            onOpen={({ at }) => {
              void navigate({ to: '/jobs', search: { ...customSearch(at, at + STEP_MS[step]), function: name } })
            }}
          />
        )}
      </QueryView>
    </Panel>
  )
}
