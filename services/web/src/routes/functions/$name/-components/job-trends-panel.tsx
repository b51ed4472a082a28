import { useQuery } from '@tanstack/react-query'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { jobTrendsQuery } from '@/features/jobs/api'
import { JOB_SERIES, jobHours } from '@/features/jobs/trend-series'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { StackedBars } from '@/ui/stacked-bars'

const HOURS = 24

export function JobTrendsPanel({ name }: { name: string }) {
  usePageStream('jobs.trends', { query: { hours: HOURS, function: name } })
  const trends = useQuery(jobTrendsQuery({ hours: HOURS, function: name }))
  return (
    <Panel title="Its jobs by outcome" aside="per hour">
      <QueryView query={trends} reserve={234}>
        {(data) => <StackedBars label={`Jobs of ${name} by outcome, per hour`} series={JOB_SERIES} hours={jobHours(data)} crosshair="function" />}
      </QueryView>
    </Panel>
  )
}
