import { useQuery } from '@tanstack/react-query'
import { Link, linkOptions } from '@tanstack/react-router'
import { Apdex } from '@/features/apis/apdex'
import { withActivity, type ActiveApi } from '@/features/apis/activity'
import { apiActivityQuery, type ApiInfo } from '@/features/apis/api'
import { count, decimal, duration, percent } from '@/lib/format'
import { spanSearch, type RangeSearch } from '@/lib/range'
import { DataTable, type Column } from '@/ui/data-table'
import { HourBars } from '@/ui/hour-bars'
import { onOneLine, PercentileBar } from '@/ui/percentile-bar'

interface ApiTableProps {
  readonly apis: readonly ApiInfo[]
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function ApiTable({ apis, sort, onSort }: ApiTableProps) {
  const { data } = useQuery(apiActivityQuery())
  const rows = withActivity(apis, data)
  return (
    <div style={onOneLine(rows.map(({ latency }) => latency))}>
      <DataTable label="APIs" columns={COLUMNS} rows={rows} keyOf={({ name }) => name} sort={sort} onSort={onSort} />
    </div>
  )
}

const COLUMNS: readonly Column<ActiveApi>[] = [
  { key: 'name', label: 'API', isText: true, value: ({ name }) => name, cell: (one) => <Name one={one} /> },
  { key: 'rate', label: 'Per min', value: ({ requests_per_min: rate }) => rate, cell: (one) => <Door one={one} to="requests" text={decimal(one.requests_per_min)} /> },
  { key: 'requests', label: 'Requests 24 h', widthPx: 190, value: ({ requests_24h: requests }) => requests, cell: (one) => <Requests one={one} /> },
  { key: 'errors', label: 'Errors', value: ({ error_rate: rate }) => rate, cell: (one) => <Door one={one} to="endpoints" text={percent(one.error_rate)} search={{ sort: '-errors' }} /> },
  { key: 'apdex', label: 'Apdex', widthPx: 72, value: ({ apdex }) => apdex, cell: ({ apdex }) => <Apdex of={apdex} /> },
  { key: 'latency', label: 'Latency p50, p95, p99', widthPx: 320, value: ({ latency: { p95 } }) => p95, cell: (one) => <Latency one={one} /> },
  { key: 'endpoints', label: 'Endpoints', value: ({ endpoint_count: endpoints }) => endpoints, cell: (one) => <Door one={one} to="endpoints" text={count(one.endpoint_count)} /> },
  { key: 'instances', label: 'Instances', value: ({ instance_count: instances }) => instances, cell: ({ instance_count: instances }) => count(instances) },
]

const SHARES = ['p50', 'p95', 'p99'] as const

function Requests({ one }: { one: ActiveApi }) {
  return (
    <span className="hour-bars-and-count">
      <HourBars activity={one.activity} doorOf={(hour) => linkOptions({ to: '/apis/$name', params: { name: one.name }, search: hour, hash: 'requests' })} />
      <Door one={one} to="requests" text={count(one.requests_24h)} search={spanSearch('24h')} />
    </span>
  )
}

function Latency({ one }: { one: ActiveApi }) {
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
  readonly one: ApiInfo
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

function Name({ one }: { one: ApiInfo }) {
  return (
    <>
      <Link to="/apis/$name" params={{ name: one.name }}>
        {one.name}
      </Link>
      {one.active ? null : <span className="status status-retrying"> · silent</span>}
    </>
  )
}
