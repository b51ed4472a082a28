// How long requests took as time went on.
import type { Endpoint } from '@/features/apis/request-filter'
import type { LatencyHeat } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import type { HeatColumn, HeatRow } from '@/lib/heat'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

interface HeatScope extends Partial<Endpoint> {
  readonly api_name: string
}

/** Of an API, or of one endpoint of it. */
export const heatQuery = (scope: HeatScope, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'latency-heat',
    scope,
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/latencies/heat', { query: { ...windowQuery({ after, before }), ...scope }, signal }),
  })

export const heatRows = ({ rows }: Pick<LatencyHeat, 'rows'>): HeatRow[] => rows.map(({ min_latency_ms: least, below_latency_ms: below }) => ({ least, below }))
export const heatColumns = ({ columns }: Pick<LatencyHeat, 'columns'>): HeatColumn[] => columns.map(({ at, counts }) => ({ at: Date.parse(at), counts }))
