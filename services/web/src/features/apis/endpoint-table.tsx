import { Link, linkOptions } from '@tanstack/react-router'
import { Apdex } from '@/features/apis/apdex'
import { latencyOf } from '@/features/apis/activity'
import { GROUPED, type EndpointGrouping } from '@/features/apis/endpoint-groups'
import type { EndpointFigures } from '@/features/apis/figures'
import { medianLatency, timesMedian } from '@/features/apis/median-latency'
import { endpointText, requestsOf, type StatusClass } from '@/features/apis/request-filter'
import { isUnmatched } from '@/features/apis/unmatched'
import { bytes, count, DASH, decimal, duration, percent } from '@/lib/format'
import type { HourActivity } from '@/lib/hour-bars'
import { LIVE, spanSearch } from '@/lib/range'
import { DataTable, type Column } from '@/ui/data-table'
import { HourBars } from '@/ui/hour-bars'
import { onOneLine, PercentileBar } from '@/ui/percentile-bar'
import { Time } from '@/ui/time'

const DAY = spanSearch('24h')

interface EndpointTableProps {
  readonly endpoints: readonly EndpointFigures[]
  /** Their figures are of 24 hours; else of the page's range. */
  readonly isLive: boolean
  /** How many consumers called each, by its text; undefined until it is known. */
  readonly callers: ReadonlyMap<string, number> | undefined
  /** Their last 24 hours; undefined until they are known. */
  readonly hoursOf: ((text: string) => HourActivity) | undefined
  /** Under what their paths begin with, or what they are about. */
  readonly grouped: EndpointGrouping | undefined
  readonly sort: string
  readonly onSort: (sort: string) => void
}

export function EndpointTable({ endpoints, isLive, callers, hoursOf, grouped, sort, onSort }: EndpointTableProps) {
  const columns = columnsBeside(medianLatency(endpoints), callers, hoursOf, isLive)
  return (
    <div style={onOneLine(endpoints.map(latencyOf))}>
      <DataTable label="Endpoints" columns={columns} rows={endpoints} keyOf={endpointText} sort={sort} onSort={onSort} grouping={grouped && GROUPED[grouped]} />
    </div>
  )
}

const columnsBeside = (median: number | null, callers: EndpointTableProps['callers'], hoursOf: EndpointTableProps['hoursOf'], isLive: boolean): readonly Column<EndpointFigures>[] => [
  { key: 'endpoint', label: 'Endpoint', isText: true, isWide: true, value: ({ path }) => path, cell: (one) => <Name one={one} /> },
  { key: 'rate', label: 'Per min', widthPx: 80, value: ({ requests_per_min: rate }) => rate, cell: (one) => <Rate one={one} isLive={isLive} /> },
  { key: 'requests', label: isLive ? '24 h' : 'Requests', widthPx: 88, value: ({ requests }) => requests, cell: (one) => <Counted one={one} isLive={isLive} many={one.requests} /> },
  ...(isLive ? [dayColumn(hoursOf)] : []),
  { key: 'apdex', label: 'Apdex', widthPx: 72, value: ({ apdex }) => apdex, cell: ({ apdex }) => <Apdex of={apdex} /> },
  { key: 'latency', label: 'Latency', widthPx: 112, isWidest: true, value: ({ p95_latency_ms: ms }) => ms, cell: (one) => <PercentileBar of={latencyOf(one)} /> },
  { key: 'p50', label: 'p50', widthPx: 80, value: ({ p50_latency_ms: ms }) => ms, cell: ({ p50_latency_ms: ms }) => duration(ms) },
  { key: 'p95', label: median === null ? 'p95' : '× median, p95', widthPx: 128, value: ({ p95_latency_ms: ms }) => ms, cell: ({ p95_latency_ms: ms }) => <Compared ms={ms} median={median} /> },
  { key: 'p99', label: 'p99', widthPx: 80, value: ({ p99_latency_ms: ms }) => ms, cell: ({ p99_latency_ms: ms }) => duration(ms) },
  { key: '4xx', label: '4xx', widthPx: 64, value: ({ status_4xx: errors }) => errors, cell: (one) => <Counted one={one} isLive={isLive} many={one.status_4xx} status="4xx" /> },
  { key: '5xx', label: '5xx', widthPx: 64, value: ({ status_5xx: errors }) => errors, cell: (one) => <Counted one={one} isLive={isLive} many={one.status_5xx} status="5xx" /> },
  { key: 'errors', label: 'Errors', widthPx: 72, value: ({ error_rate: rate }) => rate, cell: ({ error_rate: rate }) => percent(rate) },
  { key: 'consumers', label: 'Consumers', widthPx: 88, isRoomy: true, value: (one) => callers?.get(endpointText(one)) ?? 0, cell: (one) => <Callers many={callers?.get(endpointText(one))} /> },
  { key: 'sent', label: 'Sent', widthPx: 80, isRoomy: true, value: ({ response_bytes: sent }) => sent, cell: (one) => <Sent one={one} /> },
  { key: 'last', label: 'Last request', isText: true, widthPx: 104, value: ({ last_request_at: at }) => at, cell: ({ last_request_at: at }) => <Time at={at} /> },
]

const dayColumn = (hoursOf: EndpointTableProps['hoursOf']): Column<EndpointFigures> => ({
  key: 'day',
  label: 'By hour',
  widthPx: 128,
  isWidest: true,
  value: ({ requests }) => requests,
  cell: (one) => <HourBars activity={hoursOf?.(endpointText(one))} doorOf={(hour) => linkOptions({ to: '.', search: (previous) => ({ ...previous, ...requestsOf(one), status: undefined, ...hour }), hash: 'requests' })} />,
})

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

/** What its answers weighed, and each. */
function Sent({ one: { requests, response_bytes: sent, request_bytes: taken } }: { one: EndpointFigures }) {
  if (requests === 0) return <span className="faint">{DASH}</span>
  const each = (all: number): string => bytes(Math.round(all / requests))
  return <span title={`${each(sent)} an answer on average; received ${bytes(taken)}, ${each(taken)} a request`}>{bytes(sent)}</span>
}

/** Shows how long its own requests took, and in the log no others. */
function Name({ one }: { one: EndpointFigures }) {
  const requests = requestsOf(one)
  if (!requests) return <code>{endpointText(one)}</code>
  return (
    <>
      <Link to="." search={(previous) => ({ ...previous, ...requests })} hash="latencies" replace>
        <code>{endpointText(one)}</code>
      </Link>
      {isUnmatched(one) ? (
        <>
          {' '}
          <Link to="." search={(previous) => ({ ...previous, ...requests })} hash="unmatched" className="quiet faint" aria-label="Which paths no route matched">
            paths
          </Link>
        </>
      ) : null}
    </>
  )
}

interface FigureProps {
  readonly one: EndpointFigures
  readonly isLive: boolean
}

/** Live what comes now, and the newest in the log; else the rate of the range. */
function Rate({ one, isLive }: FigureProps) {
  const requests = requestsOf(one)
  const text = decimal(one.requests_per_min)
  if (!requests) return text
  return (
    <Link to="." search={(previous) => ({ ...previous, ...requests, status: undefined, ...(isLive ? LIVE : {}) })} hash="requests" aria-label={`Requests of ${endpointText(one)}: ${text} a minute`} className="quiet">
      {text}
    </Link>
  )
}

interface CountedProps extends FigureProps {
  readonly many: number
  readonly status?: StatusClass
}

/** So many of the last day, or of the range; the log has the same ones. */
function Counted({ one, isLive, many, status }: CountedProps) {
  const requests = requestsOf(one)
  if (many === 0 || !requests) return <span className={status && many > 0 ? `http-${status}` : 'faint'}>{count(many)}</span>
  const what = `${status ? `${status} answers` : 'Requests'} of ${endpointText(one)} in ${isLive ? '24 hours' : 'this range'}: ${count(many)}`
  return (
    <Link to="." search={(previous) => ({ ...previous, ...requests, status, ...(isLive ? DAY : {}) })} hash="requests" aria-label={what} className={status ? `http-${status}` : undefined}>
      {count(many)}
    </Link>
  )
}
