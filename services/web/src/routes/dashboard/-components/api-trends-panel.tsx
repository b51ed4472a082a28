import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { useChangeRange } from '@/components/use-range'
import { apiTrendsQuery } from '@/features/apis/api'
import { useApiDeploys } from '@/features/apis/deploys'
import { apiSeriesQuery, TRAFFIC_SERIES, trafficPoints } from '@/features/apis/series'
import { apiHours } from '@/features/apis/trend-series'
import { customSearch, STEP_MS, type TimeWindow } from '@/lib/range'
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

/** A bucket is a door to the APIs and the requests of its time. */
function useOpenRequests(): (at: number, stepMs: number) => void {
  const navigate = useNavigate()
  return (at, stepMs) => {
    void navigate({ to: '/apis', search: customSearch(at, at + stepMs) })
  }
}

/** Counts come by the stream; the latency of the hours is read beside them. */
function LiveTraffic() {
  usePageStream('apis.trends', { query: { hours: HOURS } })
  const { zoomTo } = useChangeRange()
  const open = useOpenRequests()
  const marks = useApiDeploys(null)
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
            marks={marks}
            crosshair="dashboard"
            onZoom={zoomTo}
            onOpen={({ at }) => {
              open(at, STEP_MS['1h'])
            }}
          />
        )}
      </QueryView>
    </Panel>
  )
}

function WindowTraffic({ shown }: { shown: TimeWindow }) {
  const { zoomTo } = useChangeRange()
  const open = useOpenRequests()
  const marks = useApiDeploys(shown)
  const series = useQuery(apiSeriesQuery({}, { shown, liveMs: 0 }))
  return (
    <Panel title={LABEL} aside={series.data ? `${perStep(STEP_MS[series.data.step])}, with p95` : null}>
      <QueryView query={series} reserve={CHART_ROOM}>
        {({ data, step }) => (
          <TimeChart label={`${LABEL}, ${perStep(STEP_MS[step])}`} series={TRAFFIC_SERIES} points={trafficPoints(data.points)} stepMs={STEP_MS[step]} marks={marks} crosshair="dashboard" onZoom={zoomTo} onOpen={({ at }) => { open(at, STEP_MS[step]) }} />
        )}
      </QueryView>
    </Panel>
  )
}
