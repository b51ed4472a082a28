import { useQuery } from '@tanstack/react-query'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { jobTrendsQuery } from '@/features/jobs/api'
import { JOB_SERIES, jobHours } from '@/features/jobs/trend-series'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { StackedBars } from '@/ui/stacked-bars'

export function TrendsPanel({ hours }: { hours: number }) {
  usePageStream('jobs.trends', { query: { hours } })
  const trends = useQuery(jobTrendsQuery({ hours }))
  return (
    <Panel title="Jobs by outcome" aside="per hour">
      <QueryView query={trends} reserve={234}>
        {(data) => <StackedBars label="Jobs by outcome, per hour" series={JOB_SERIES} hours={jobHours(data)} crosshair="dashboard" />}
      </QueryView>
    </Panel>
  )
}
