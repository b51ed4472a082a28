import { Link, linkOptions } from '@tanstack/react-router'
import { Apdex } from '@/features/apis/apdex'
import type { ApiRow } from '@/features/apis/figures'
import { count, decimal, duration, percent } from '@/lib/format'
import { spanSearch, type RangeSearch } from '@/lib/range'
import { newestOf, versionsOf } from '@/lib/versions'
import { DataTable, type Column } from '@/ui/data-table'
import { HourBars } from '@/ui/hour-bars'
import { onOneLine, PercentileBar } from '@/ui/percentile-bar'
import { Versions } from '@/ui/versions'

interface ApiTableProps {
  readonly apis: readonly ApiRow[]
  /** Their figures are of now and 24 hours; else of the page's range. */
  readonly isLive: boolean
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function ApiTable({ apis, isLive, sort, onSort }: ApiTableProps) {
  const columns = isLive ? LIVE_COLUMNS : COLUMNS
  return (
    <div style={onOneLine(apis.map(({ latency }) => latency))}>
      <DataTable label="APIs" columns={apis.some(({ instances }) => versionsOf({ instances }).length > 0) ? [...columns, VERSION] : columns} rows={apis} keyOf={({ name }) => name} sort={sort} onSort={onSort} />
    </div>
  )
}

const columnsOf = (isLive: boolean): readonly Column<ApiRow>[] => [
  { key: 'name', label: 'API', isText: true, value: ({ name }) => name, cell: (one) => <Name one={one} /> },
  { key: 'rate', label: 'Per min', value: ({ requests_per_min: rate }) => rate, cell: (one) => <Door one={one} to="requests" text={decimal(one.requests_per_min)} /> },
  { key: 'requests', label: isLive ? 'Requests 24 h' : 'Requests', widthPx: 190, value: ({ requests }) => requests, cell: (one) => (isLive ? <DayOfRequests one={one} /> : <Door one={one} to="requests" text={count(one.requests)} />) },
  { key: 'errors', label: 'Errors', value: ({ error_rate: rate }) => rate, cell: (one) => <Door one={one} to="endpoints" text={percent(one.error_rate)} search={{ sort: '-errors' }} /> },
  { key: 'apdex', label: 'Apdex', widthPx: 72, value: ({ apdex }) => apdex, cell: ({ apdex }) => <Apdex of={apdex} /> },
  { key: 'latency', label: 'Latency p50, p95, p99', widthPx: 320, value: ({ latency: { p95 } }) => p95, cell: (one) => <Latency one={one} /> },
  { key: 'endpoints', label: 'Endpoints', value: ({ endpoint_count: endpoints }) => endpoints, cell: (one) => <Door one={one} to="endpoints" text={count(one.endpoint_count)} /> },
  { key: 'instances', label: 'Instances', value: ({ instance_count: instances }) => instances, cell: ({ instance_count: instances }) => count(instances) },
]
const COLUMNS = columnsOf(false)
const LIVE_COLUMNS = columnsOf(true)

/** Where any of them says one. */
const VERSION: Column<ApiRow> = { key: 'version', label: 'Version', isText: true, isRoomy: true, value: ({ instances }) => newestOf(instances), cell: ({ instances }) => <span className="versions-cell"><Versions instances={instances} isBare /></span> }

const SHARES = ['p50', 'p95', 'p99'] as const

function DayOfRequests({ one }: { one: ApiRow }) {
  return (
    <span className="hour-bars-and-count">
      <HourBars activity={one.activity} doorOf={(hour) => linkOptions({ to: '/apis/$name', params: { name: one.name }, search: hour, hash: 'requests' })} />
      <Door one={one} to="requests" text={count(one.requests)} search={spanSearch('24h')} />
    </span>
  )
}

function Latency({ one }: { one: ApiRow }) {
  return (
    <Link to="/apis/$name" params={{ name: one.name }} search={{ sort: '-p95' }} hash="endpoints" className="quiet percentiles">
      <PercentileBar of={one.latency} />
      {SHARES.map((share) => (
        <span key={share}>
          <span className="visually-hidden">{share} </span>
          {duration(one.latency[share])}
        </span>
      ))}
    </Link>
  )
}

interface DoorProps {
  readonly one: ApiRow
  /** The part of the API's page that has what the figure counts. */
  readonly to: 'endpoints' | 'requests'
  readonly text: string
  readonly search?: RangeSearch & { readonly sort?: string }
}

function Door({ one, to, text, search = {} }: DoorProps) {
  return (
    <Link to="/apis/$name" params={{ name: one.name }} search={search} hash={to} className="quiet">
      {text}
    </Link>
  )
}

function Name({ one }: { one: ApiRow }) {
  return (
    <>
      <Link to="/apis/$name" params={{ name: one.name }}>
        {one.name}
      </Link>
      {one.active ? null : <span className="status status-retrying"> · silent</span>}
    </>
  )
}
