import { Link } from '@tanstack/react-router'
import type { ApiInfo } from '@/features/apis/api'
import { count, decimal, duration, percent } from '@/lib/format'
import { spanSearch, type RangeSearch } from '@/lib/range'
import { DataTable, type Column } from '@/ui/data-table'

interface ApiTableProps {
  readonly apis: readonly ApiInfo[]
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function ApiTable({ apis, sort, onSort }: ApiTableProps) {
  return <DataTable label="APIs" columns={COLUMNS} rows={apis} keyOf={({ name }) => name} sort={sort} onSort={onSort} />
}

const COLUMNS: readonly Column<ApiInfo>[] = [
  { key: 'name', label: 'API', isText: true, value: ({ name }) => name, cell: (one) => <Name one={one} /> },
  { key: 'rate', label: 'Requests/min', value: ({ requests_per_min: rate }) => rate, cell: (one) => <Door one={one} to="requests" text={decimal(one.requests_per_min)} /> },
  { key: 'requests', label: 'Requests 24 h', value: ({ requests_24h: requests }) => requests, cell: (one) => <Door one={one} to="requests" text={count(one.requests_24h)} search={spanSearch('24h')} /> },
  { key: 'errors', label: 'Errors', value: ({ error_rate: rate }) => rate, cell: (one) => <Door one={one} to="endpoints" text={percent(one.error_rate)} search={{ sort: '-errors' }} /> },
  { key: 'latency', label: 'Latency avg', value: ({ avg_latency_ms: ms }) => ms, cell: (one) => <Door one={one} to="endpoints" text={duration(one.avg_latency_ms)} search={{ sort: '-p95' }} /> },
  { key: 'endpoints', label: 'Endpoints', value: ({ endpoint_count: endpoints }) => endpoints, cell: (one) => <Door one={one} to="endpoints" text={count(one.endpoint_count)} /> },
  { key: 'instances', label: 'Instances', value: ({ instance_count: instances }) => instances, cell: ({ instance_count: instances }) => count(instances) },
]

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
