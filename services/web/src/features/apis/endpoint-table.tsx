import { Link } from '@tanstack/react-router'
import type { ApiEndpoint } from '@/features/apis/api'
import { count, decimal, duration, percent } from '@/lib/format'
import { DataTable, type Column } from '@/ui/data-table'
import { Time } from '@/ui/time'

interface EndpointTableProps {
  readonly endpoints: readonly ApiEndpoint[]
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function EndpointTable({ endpoints, sort, onSort }: EndpointTableProps) {
  return <DataTable label="Endpoints" columns={COLUMNS} rows={endpoints} keyOf={nameOf} sort={sort} onSort={onSort} />
}

const nameOf = ({ method, path }: ApiEndpoint): string => `${method} ${path}`

const COLUMNS: readonly Column<ApiEndpoint>[] = [
  { key: 'endpoint', label: 'Endpoint', isText: true, isWide: true, value: ({ path }) => path, cell: (one) => <Name one={one} /> },
  { key: 'rate', label: 'Requests/min', value: ({ requests_per_min: rate }) => rate, cell: ({ requests_per_min: rate }) => decimal(rate) },
  { key: 'requests', label: '24 h', value: ({ requests_24h: requests }) => requests, cell: ({ requests_24h: requests }) => count(requests) },
  { key: 'p50', label: 'p50', value: ({ p50_latency_ms: ms }) => ms, cell: ({ p50_latency_ms: ms }) => duration(ms) },
  { key: 'p95', label: 'p95', value: ({ p95_latency_ms: ms }) => ms, cell: ({ p95_latency_ms: ms }) => duration(ms) },
  { key: 'p99', label: 'p99', value: ({ p99_latency_ms: ms }) => ms, cell: ({ p99_latency_ms: ms }) => duration(ms) },
  { key: '4xx', label: '4xx', value: ({ status_4xx: errors }) => errors, cell: ({ status_4xx: errors }) => <Errors errors={errors} hue="4xx" /> },
  { key: '5xx', label: '5xx', value: ({ status_5xx: errors }) => errors, cell: ({ status_5xx: errors }) => <Errors errors={errors} hue="5xx" /> },
  { key: 'errors', label: 'Errors', value: ({ error_rate: rate }) => rate, cell: ({ error_rate: rate }) => percent(rate) },
  { key: 'last', label: 'Last request', isText: true, value: ({ last_request_at: at }) => at, cell: ({ last_request_at: at }) => <Time at={at} /> },
]

/** Narrows the log of its API to it. */
function Name({ one }: { one: ApiEndpoint }) {
  return (
    <Link to="." search={(previous) => ({ ...previous, method: one.method, path: one.path })} hash="requests" replace>
      <code>
        {one.method} {one.path}
      </code>
    </Link>
  )
}

const Errors = ({ errors, hue }: { errors: number | null; hue: string }) => <span className={errors ? `http-${hue}` : 'faint'}>{count(errors)}</span>
