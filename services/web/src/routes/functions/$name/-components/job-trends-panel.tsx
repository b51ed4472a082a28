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
const TITLE = 'Its jobs by outcome'

interface JobTrendsPanelProps {
  readonly name: string
  readonly shown: TimeWindow | null
}

export function JobTrendsPanel({ name, shown }: JobTrendsPanelProps) {
  return shown ? <WindowTrends name={name} shown={shown} /> : <LiveTrends name={name} />
}

function LiveTrends({ name }: { name: string }) {
  usePageStream('jobs.trends', { query: { hours: HOURS, function: name } })
  const trends = useQuery(jobTrendsQuery({ hours: HOURS, function: name }))
  return (
    <Panel title={TITLE} aside="per hour">
      <QueryView query={trends} reserve={CHART_ROOM}>
        {(data) => <JobOutcomeChart label={`Jobs of ${name} by outcome`} points={jobHours(data)} stepMs={STEP_MS['1h']} crosshair="function" shown={null} functionKey={name} />}
      </QueryView>
    </Panel>
  )
}

function WindowTrends({ name, shown }: { name: string; shown: TimeWindow }) {
  const series = useQuery(jobSeriesQuery({ function: name }, { shown, liveMs: 0 }))
  return (
    <Panel title={TITLE} aside={series.data ? perStep(STEP_MS[series.data.step]) : null}>
      <QueryView query={series} reserve={CHART_ROOM}>
        {({ data, step }) => (
          <JobOutcomeChart label={`Jobs of ${name} by outcome`} points={outcomePoints(data.points)} stepMs={STEP_MS[step]} crosshair="function" shown={shown} functionKey={name} />
        )}
      </QueryView>
    </Panel>
  )
}
