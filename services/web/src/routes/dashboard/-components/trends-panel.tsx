import { useQuery } from '@tanstack/react-query'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { JobOutcomeChart } from '@/components/job-outcome-chart'
import { jobTrendsQuery } from '@/features/jobs/api'
import { jobSeriesQuery, outcomePoints } from '@/features/jobs/series'
import { jobHours } from '@/features/jobs/trend-series'
import { STEP_MS, type TimeWindow } from '@/lib/range'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { CHART_ROOM } from '@/ui/time-plot'
import { perStep } from '@/ui/time-series'

const HOURS = 24
const LABEL = 'Jobs by outcome'

export function TrendsPanel({ shown }: { shown: TimeWindow | null }) {
  return shown ? <WindowTrends shown={shown} /> : <LiveTrends />
}

function LiveTrends() {
  usePageStream('jobs.trends', { query: { hours: HOURS } })
  const trends = useQuery(jobTrendsQuery({ hours: HOURS }))
  return (
    <Panel title={LABEL} aside="per hour">
      <QueryView query={trends} reserve={CHART_ROOM}>
        {(data) => <JobOutcomeChart label={LABEL} points={jobHours(data)} stepMs={STEP_MS['1h']} crosshair="dashboard" shown={null} />}
      </QueryView>
    </Panel>
  )
}

function WindowTrends({ shown }: { shown: TimeWindow }) {
  const series = useQuery(jobSeriesQuery({}, { shown, liveMs: 0 }))
  return (
    <Panel title={LABEL} aside={series.data ? perStep(STEP_MS[series.data.step]) : null}>
      <QueryView query={series} reserve={CHART_ROOM}>
        {({ data, step }) => <JobOutcomeChart label={LABEL} points={outcomePoints(data.points)} stepMs={STEP_MS[step]} crosshair="dashboard" shown={shown} />}
      </QueryView>
    </Panel>
  )
}
