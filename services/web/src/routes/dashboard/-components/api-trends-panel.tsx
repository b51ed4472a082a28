import { useQuery } from '@tanstack/react-query'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { useChangeRange } from '@/components/use-range'
import { apiTrendsQuery } from '@/features/apis/api'
import { apiSeriesQuery, TRAFFIC_SERIES, trafficPoints } from '@/features/apis/series'
import { apiHours } from '@/features/apis/trend-series'
import { STEP_MS, type TimeWindow } from '@/lib/range'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { TimeChart } from '@/ui/time-chart'
import { CHART_ROOM } from '@/ui/time-plot'
import { perStep } from '@/ui/time-series'

const HOURS = 24
const LABEL = 'Requests by class'

export function ApiTrendsPanel({ shown }: { shown: TimeWindow | null }) {
  return shown ? <WindowTraffic shown={shown} /> : <LiveTraffic />
}

/** Counts come by the stream; the latency of the hours is read beside them. */
function LiveTraffic() {
  usePageStream('apis.trends', { query: { hours: HOURS } })
  const { zoomTo } = useChangeRange()
  const trends = useQuery(apiTrendsQuery({ hours: HOURS }))
  const latencies = useQuery(apiSeriesQuery({}, { shown: null, liveMs: HOURS * STEP_MS['1h'], liveStep: '1h' }))
  return (
    <Panel title={LABEL} aside="per hour, with p95">
      <QueryView query={trends} reserve={CHART_ROOM}>
        {(data) => (
          <TimeChart
            label={`${LABEL}, per hour`}
            series={TRAFFIC_SERIES}
            points={apiHours(data, latencies.data?.data.points ?? [])}
            stepMs={STEP_MS['1h']}
            crosshair="dashboard"
            onZoom={zoomTo}
          />
        )}
      </QueryView>
    </Panel>
  )
}

function WindowTraffic({ shown }: { shown: TimeWindow }) {
  const { zoomTo } = useChangeRange()
  const series = useQuery(apiSeriesQuery({}, { shown, liveMs: 0 }))
  return (
    <Panel title={LABEL} aside={series.data ? `${perStep(STEP_MS[series.data.step])}, with p95` : null}>
      <QueryView query={series} reserve={CHART_ROOM}>
        {({ data, step }) => (
          <TimeChart label={`${LABEL}, ${perStep(STEP_MS[step])}`} series={TRAFFIC_SERIES} points={trafficPoints(data.points)} stepMs={STEP_MS[step]} crosshair="dashboard" onZoom={zoomTo} />
        )}
      </QueryView>
    </Panel>
  )
}
