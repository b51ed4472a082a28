import { Link } from '@tanstack/react-router'
import { Apdex } from '@/features/apis/apdex'
import { latencyOf } from '@/features/apis/activity'
import type { ApiEndpoint } from '@/features/apis/api'
import { medianLatency, timesMedian } from '@/features/apis/median-latency'
import { endpointText, requestsOf, type StatusClass } from '@/features/apis/request-filter'
import { bytes, count, DASH, decimal, duration, percent } from '@/lib/format'
import { LIVE, spanSearch } from '@/lib/range'
import { DataTable, type Column } from '@/ui/data-table'
import { onOneLine, PercentileBar } from '@/ui/percentile-bar'
import { Time } from '@/ui/time'

interface EndpointTableProps {
  readonly endpoints: readonly ApiEndpoint[]
  /** How many consumers called each, by its text; undefined until it is known. */
  readonly callers: ReadonlyMap<string, number> | undefined
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function EndpointTable({ endpoints, callers, sort, onSort }: EndpointTableProps) {
  const columns = columnsBeside(medianLatency(endpoints), callers)
  return (
    <div style={onOneLine(endpoints.map(latencyOf))}>
      <DataTable label="Endpoints" columns={columns} rows={endpoints} keyOf={endpointText} sort={sort} onSort={onSort} />
    </div>
  )
}

const columnsBeside = (median: number | null, callers: EndpointTableProps['callers']): readonly Column<ApiEndpoint>[] => [
  { key: 'endpoint', label: 'Endpoint', isText: true, isWide: true, value: ({ path }) => path, cell: (one) => <Name one={one} /> },
  { key: 'rate', label: 'Per min', widthPx: 80, value: ({ requests_per_min: rate }) => rate, cell: (one) => <Rate one={one} /> },
  { key: 'requests', label: '24 h', widthPx: 88, value: ({ requests_24h: requests }) => requests, cell: (one) => <Counted one={one} many={one.requests_24h} /> },
  { key: 'apdex', label: 'Apdex', widthPx: 72, value: ({ apdex }) => apdex, cell: ({ apdex }) => <Apdex of={apdex} /> },
  { key: 'latency', label: 'Latency', widthPx: 112, isRoomy: true, value: ({ p95_latency_ms: ms }) => ms, cell: (one) => <PercentileBar of={latencyOf(one)} /> },
  { key: 'p50', label: 'p50', widthPx: 80, value: ({ p50_latency_ms: ms }) => ms, cell: ({ p50_latency_ms: ms }) => duration(ms) },
  { key: 'p95', label: median === null ? 'p95' : '× median, p95', widthPx: 128, value: ({ p95_latency_ms: ms }) => ms, cell: ({ p95_latency_ms: ms }) => <Compared ms={ms} median={median} /> },
  { key: 'p99', label: 'p99', widthPx: 80, value: ({ p99_latency_ms: ms }) => ms, cell: ({ p99_latency_ms: ms }) => duration(ms) },
  { key: '4xx', label: '4xx', widthPx: 64, value: ({ status_4xx: errors }) => errors, cell: (one) => <Counted one={one} many={one.status_4xx} status="4xx" /> },
  { key: '5xx', label: '5xx', widthPx: 64, value: ({ status_5xx: errors }) => errors, cell: (one) => <Counted one={one} many={one.status_5xx} status="5xx" /> },
  { key: 'errors', label: 'Errors', widthPx: 72, value: ({ error_rate: rate }) => rate, cell: ({ error_rate: rate }) => percent(rate) },
  { key: 'consumers', label: 'Consumers', widthPx: 88, isRoomy: true, value: (one) => callers?.get(endpointText(one)) ?? 0, cell: (one) => <Callers many={callers?.get(endpointText(one))} /> },
  { key: 'sent', label: 'Sent', widthPx: 80, isRoomy: true, value: ({ response_bytes: sent }) => sent, cell: (one) => <Sent one={one} /> },
  { key: 'last', label: 'Last request', isText: true, widthPx: 104, value: ({ last_request_at: at }) => at, cell: ({ last_request_at: at }) => <Time at={at} /> },
]

/** There is room for the comparison in every row: none moves when one becomes slow. */
function Compared({ ms, median }: { ms: number | null; median: number | null }) {
  if (median === null) return duration(ms)
  const times = timesMedian(ms, median)
  return (
    <span className="compared" title={times ? `${times} the median p95 of this API’s endpoints, ${duration(median)}` : undefined}>
      <span className="faint">{times}</span>
      <span>{duration(ms)}</span>
    </span>
  )
}

const Callers = ({ many }: { many: number | undefined }) => (many === undefined ? <span className="faint">{DASH}</span> : count(many))

/** What its answers weighed in a day, and each. */
function Sent({ one: { requests_24h: requests, response_bytes: sent, request_bytes: taken } }: { one: ApiEndpoint }) {
  if (requests === 0) return <span className="faint">{DASH}</span>
  const each = (all: number): string => bytes(Math.round(all / requests))
  return <span title={`${each(sent)} an answer on average; received ${bytes(taken)}, ${each(taken)} a request`}>{bytes(sent)}</span>
}

/** Shows how long its own requests took, and in the log no others. */
function Name({ one }: { one: ApiEndpoint }) {
  const requests = requestsOf(one)
  if (!requests) return <code>{endpointText(one)}</code>
  return (
    <Link to="." search={(previous) => ({ ...previous, ...requests })} hash="latencies" replace>
      <code>{endpointText(one)}</code>
    </Link>
  )
}

/** What comes now: the newest in the log. */
function Rate({ one }: { one: ApiEndpoint }) {
  const requests = requestsOf(one)
  const text = decimal(one.requests_per_min)
  if (!requests) return text
  return (
    <Link to="." search={(previous) => ({ ...previous, ...requests, status: undefined, ...LIVE })} hash="requests" aria-label={`Requests of ${endpointText(one)}: ${text} a minute`} className="quiet">
      {text}
    </Link>
  )
}

interface CountedProps {
  readonly one: ApiEndpoint
  readonly many: number
  readonly status?: StatusClass
}

/** So many of the last day; the log has the same ones. */
function Counted({ one, many, status }: CountedProps) {
  const requests = requestsOf(one)
  if (many === 0 || !requests) return <span className={status && many > 0 ? `http-${status}` : 'faint'}>{count(many)}</span>
  const what = `${status ? `${status} answers` : 'Requests'} of ${endpointText(one)} in 24 hours: ${count(many)}`
  return (
    <Link to="." search={(previous) => ({ ...previous, ...requests, status, ...spanSearch('24h') })} hash="requests" aria-label={what} className={status ? `http-${status}` : undefined}>
      {count(many)}
    </Link>
  )
}
