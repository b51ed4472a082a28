import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useChangeRange } from '@/components/use-range'
import { API_LATENCY_SERIES, apiLatencyPoints, apiSeriesQuery, CLASS_SERIES, trafficPoints } from '@/features/apis/series'
import { useApiDeploys } from '@/features/apis/deploys'
import type { Endpoint } from '@/features/apis/request-filter'
import { customSearch, STEP_MS, type TimeWindow } from '@/lib/range'
import { HOUR_MS } from '@/lib/time-units'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { TimeChart } from '@/ui/time-chart'
import { CHART_ROOM } from '@/ui/time-plot'
import { perStep } from '@/ui/time-series'
import { LatenciesPanel } from './latencies-panel'

/** What is read out may take a second line there. */
const ROOM = CHART_ROOM + 16

/** How much, and how fast, side by side over the same time: live the last hour, minute by minute; and how many took how long. */
export function TrafficPanels({ name, endpoint, shown }: { name: string; endpoint: Endpoint | null; shown: TimeWindow | null }) {
  const { zoomTo } = useChangeRange()
  const navigate = useNavigate({ from: '/apis/$name/' })
  const open = (at: number, stepMs: number): void => {
    void navigate({ search: (previous) => ({ ...previous, ...customSearch(at, at + stepMs) }), hash: 'requests' })
  }
  const marks = useApiDeploys(shown, name)
  const series = useQuery(apiSeriesQuery({ api_name: name }, { shown, liveMs: HOUR_MS }))
  const aside = series.data ? perStep(STEP_MS[series.data.step]) : 'per minute'
  return (
    <div className="grid">
      <Panel title="Requests by class" aside={aside} className="span-4">
        <QueryView query={series} reserve={ROOM}>
          {({ data, step }) => (
            <TimeChart label={`Requests of ${name} by class, ${perStep(STEP_MS[step])}`} series={CLASS_SERIES} points={trafficPoints(data.points)} stepMs={STEP_MS[step]} marks={marks} crosshair="api" onZoom={zoomTo} onOpen={({ at }) => { open(at, STEP_MS[step]) }} />
          )}
        </QueryView>
      </Panel>
      <Panel title="Latency" aside={aside} className="span-4">
        <QueryView query={series} reserve={ROOM}>
          {({ data, step }) => (
            <TimeChart label={`Latency of ${name}, ${perStep(STEP_MS[step])}`} series={API_LATENCY_SERIES} points={apiLatencyPoints(data.points)} stepMs={STEP_MS[step]} marks={marks} crosshair="api" onZoom={zoomTo} onOpen={({ at }) => { open(at, STEP_MS[step]) }} />
          )}
        </QueryView>
      </Panel>
      <div id="latencies" className="span-4">
        <LatenciesPanel name={name} endpoint={endpoint} shown={shown} />
      </div>
    </div>
  )
}
