import { useQuery } from '@tanstack/react-query'
import { Link, linkOptions } from '@tanstack/react-router'
import { latenciesQuery, latencyClasses, requestsOfLatency } from '@/features/apis/latencies'
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import { count } from '@/lib/format'
import { spanSearch, SPANS, type TimeWindow } from '@/lib/range'
import { Histogram, HISTOGRAM_ROOM } from '@/ui/histogram'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

const DAY = spanSearch('24h')

interface LatenciesPanelProps {
  readonly name: string
  /** Null: all of them. */
  readonly endpoint: Endpoint | null
  readonly shown: TimeWindow | null
}

export function LatenciesPanel({ name, endpoint, shown }: LatenciesPanelProps) {
  const latencies = useQuery(latenciesQuery({ api_name: name, method: endpoint?.method, path: endpoint?.path }, { shown, liveMs: SPANS['24h'] }))
  const when = shown ? 'in this range' : 'in 24 hours'
  return (
    <Panel title={endpoint ? `Latency of ${endpointText(endpoint)}` : 'How long its requests took'} aside={endpoint ? <OfAll /> : when} className="latencies">
      <QueryView query={latencies} reserve={HISTOGRAM_ROOM}>
        {({ data: { latencies, total } }) => (
          <Histogram
            label={`How long requests of ${endpoint ? endpointText(endpoint) : name} took`}
            classes={latencyClasses(latencies)}
            noun="requests"
            note={`${total === 1 ? '1 request' : `${count(total)} requests`}${endpoint ? ` ${when}` : ''}`}
            empty="No request was seen in this time."
            doorOf={(one) => linkOptions({ to: '.', search: (previous) => ({ ...previous, ...requestsOfLatency(one), ...(shown ? {} : DAY) }), hash: 'requests' })}
            behind="in the log"
          />
        )}
      </QueryView>
    </Panel>
  )
}

function OfAll() {
  return (
    <Link to="." search={(previous) => ({ ...previous, method: undefined, path: undefined })} replace resetScroll={false}>
      All endpoints
    </Link>
  )
}
