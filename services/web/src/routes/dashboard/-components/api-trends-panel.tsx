import { useQuery } from '@tanstack/react-query'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { apiTrendsQuery } from '@/features/apis/api'
import { API_SERIES, apiHours } from '@/features/apis/trend-series'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { StackedBars } from '@/ui/stacked-bars'

export function ApiTrendsPanel({ hours }: { hours: number }) {
  usePageStream('apis.trends', { query: { hours } })
  const trends = useQuery(apiTrendsQuery({ hours }))
  return (
    <Panel title="Requests by class" aside="per hour">
      <QueryView query={trends} reserve={234}>
        {(data) => <StackedBars label="Requests by class, per hour" series={API_SERIES} hours={apiHours(data)} crosshair="dashboard" />}
      </QueryView>
    </Panel>
  )
}
