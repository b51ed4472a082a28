import { Link } from '@tanstack/react-router'
import type { ApiInfo } from '@/features/apis/api'
import { count, decimal, duration, percent } from '@/lib/format'
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
  { key: 'rate', label: 'Requests/min', value: ({ requests_per_min: rate }) => rate, cell: ({ requests_per_min: rate }) => decimal(rate) },
  { key: 'requests', label: 'Requests 24 h', value: ({ requests_24h: requests }) => requests, cell: ({ requests_24h: requests }) => count(requests) },
  { key: 'errors', label: 'Errors', value: ({ error_rate: rate }) => rate, cell: ({ error_rate: rate }) => percent(rate) },
  { key: 'latency', label: 'Latency avg', value: ({ avg_latency_ms: ms }) => ms, cell: ({ avg_latency_ms: ms }) => duration(ms) },
  { key: 'endpoints', label: 'Endpoints', value: ({ endpoint_count: endpoints }) => endpoints, cell: ({ endpoint_count: endpoints }) => count(endpoints) },
  { key: 'instances', label: 'Instances', value: ({ instance_count: instances }) => instances, cell: ({ instance_count: instances }) => count(instances) },
]

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
