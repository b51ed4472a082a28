import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { heatColumns, heatQuery, heatRows } from '@/features/apis/heat'
import { requestsOfLatency } from '@/features/apis/latencies'
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import type { LatencyHeat } from '@/generated/rest'
import type { HeatColumn, HeatRow } from '@/lib/heat'
import { customSearch, SPANS, type TimeWindow } from '@/lib/range'
import { HEAT_ROOM, HeatMap } from '@/ui/heat-map'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { perStep } from '@/ui/time-series'

interface HeatPanelProps {
  readonly name: string
  /** Null: all of them. */
  readonly endpoint: Endpoint | null
  readonly shown: TimeWindow | null
}

/** When requests took how long, live in the last hour: what a percentile hides, two kinds of them or a slow one in ten, is seen. */
export function HeatPanel({ name, endpoint, shown }: HeatPanelProps) {
  const heat = useQuery(heatQuery({ api_name: name, method: endpoint?.method, path: endpoint?.path }, { shown, liveMs: SPANS['1h'] }))
  const of = endpoint ? endpointText(endpoint) : name
  return (
    <Panel title={`When requests${endpoint ? ` of ${of}` : ''} took how long`} aside={heat.data ? perStep(heat.data.data.step_ms) : null}>
      <QueryView query={heat} reserve={HEAT_ROOM}>
        {({ data }) => <Heat label={`When requests of ${of} took how long`} heat={data} />}
      </QueryView>
    </Panel>
  )
}

function Heat({ label, heat }: { label: string; heat: LatencyHeat }) {
  const navigate = useNavigate({ from: '/apis/$name/' })
  const { step_ms: stepMs, total } = heat
  const [rows, columns] = useMemo(() => [heatRows(heat), heatColumns(heat)] as const, [heat])
  const open = useCallback(
    ({ at }: HeatColumn, row: HeatRow): void => {
      void navigate({ search: (previous) => ({ ...previous, ...requestsOfLatency({ ...row, count: 0 }), ...customSearch(at, at + stepMs) }), hash: 'requests' })
    },
    [navigate, stepMs],
  )
  return <HeatMap label={label} rows={rows} columns={columns} stepMs={stepMs} total={total} empty="No request was seen in this time." onOpen={open} />
}
