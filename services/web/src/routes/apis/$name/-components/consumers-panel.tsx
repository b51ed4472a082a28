import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { consumersQuery, type Consumer } from '@/features/apis/consumers'
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import { bytes, count, percent } from '@/lib/format'
import { spanSearch, SPANS, type TimeWindow } from '@/lib/range'
import { DataTable, type Column } from '@/ui/data-table'
import { Nothing } from '@/ui/nothing'
import { Time } from '@/ui/time'
import { HoursPanel } from './hours-panel'

const DAY = spanSearch('24h')
const OTHERS = 'all others'

interface ConsumersPanelProps {
  readonly name: string
  /** Null: all of them. */
  readonly endpoint: Endpoint | null
  readonly shown: TimeWindow | null
  readonly sort: string
  readonly onSort: (sort: string) => void
}

/** Who called most, each a door to its requests in the log. */
export function ConsumersPanel({ name, endpoint, shown, sort, onSort }: ConsumersPanelProps) {
  const consumers = useQuery(consumersQuery({ name, method: endpoint?.method, path: endpoint?.path }, { shown, liveMs: SPANS['24h'] }))
  return (
    <HoursPanel title={endpoint ? `Consumers of ${endpointText(endpoint)}` : 'Consumers'} query={consumers} shown={shown}>
      {({ consumers }) =>
        consumers.length > 0 ? (
          <DataTable label="Consumers" columns={shown ? COLUMNS : LIVE_COLUMNS} rows={consumers} keyOf={({ consumer }) => consumer ?? OTHERS} sort={sort} onSort={onSort} />
        ) : (
          <Nothing kind="none" title="No request named its consumer.">
            Give the middleware <code>consumer=</code>, a function that names who made a request.
          </Nothing>
        )
      }
    </HoursPanel>
  )
}

const columns = (isLive: boolean): readonly Column<Consumer>[] => [
  { key: 'consumer', label: 'Consumer', isText: true, isWide: true, value: ({ consumer }) => consumer ?? OTHERS, cell: ({ consumer }) => <Name consumer={consumer} isLive={isLive} /> },
  { key: 'requests', label: 'Requests', widthPx: 96, value: ({ requests }) => requests, cell: ({ requests }) => count(requests) },
  { key: 'errors', label: 'Errors', widthPx: 80, value: ({ error_rate: rate }) => rate, cell: ({ error_rate: rate }) => percent(rate) },
  { key: '4xx', label: '4xx', widthPx: 72, value: ({ client_errors: errors }) => errors, cell: ({ client_errors: errors }) => <span className={errors > 0 ? 'http-4xx' : 'faint'}>{count(errors)}</span> },
  { key: '5xx', label: '5xx', widthPx: 72, value: ({ server_errors: errors }) => errors, cell: ({ server_errors: errors }) => <span className={errors > 0 ? 'http-5xx' : 'faint'}>{count(errors)}</span> },
  { key: 'received', label: 'Received', widthPx: 96, value: ({ request_bytes: taken }) => taken, cell: ({ request_bytes: taken }) => bytes(taken) },
  { key: 'sent', label: 'Sent', widthPx: 96, value: ({ response_bytes: sent }) => sent, cell: ({ response_bytes: sent }) => bytes(sent) },
  { key: 'last', label: 'Last request', isText: true, widthPx: 104, value: ({ last_request_at: at }) => at, cell: ({ last_request_at: at }) => <Time at={at} /> },
]
const COLUMNS = columns(false)
const LIVE_COLUMNS = columns(true)

/** Those past the bound have no name to look for. */
function Name({ consumer, isLive }: { consumer: string | null; isLive: boolean }) {
  if (consumer === null) return <span className="faint">{OTHERS}</span>
  return (
    <Link to="." search={(previous) => ({ ...previous, consumer, ...(isLive ? DAY : {}) })} hash="requests">
      {consumer}
    </Link>
  )
}
