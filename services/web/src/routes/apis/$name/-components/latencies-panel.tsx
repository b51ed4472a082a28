import { useQuery } from '@tanstack/react-query'
import { linkOptions } from '@tanstack/react-router'
import { latenciesQuery, latencyClasses, requestsOfLatency } from '@/features/apis/latencies'
import { count } from '@/lib/format'
import { spanSearch, SPANS, type TimeWindow } from '@/lib/range'
import { Histogram, HISTOGRAM_ROOM } from '@/ui/histogram'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

const DAY = spanSearch('24h')

export function LatenciesPanel({ name, shown, className }: { name: string; shown: TimeWindow | null; className: string }) {
  const latencies = useQuery(latenciesQuery({ api_name: name }, { shown, liveMs: SPANS['24h'] }))
  return (
    <Panel title="How long its requests took" aside={shown ? 'in this range' : 'in 24 hours'} className={className}>
      <QueryView query={latencies} reserve={HISTOGRAM_ROOM}>
        {({ data: { latencies, total } }) => (
          <Histogram
            label={`How long requests of ${name} took`}
            classes={latencyClasses(latencies)}
            noun="requests"
            note={total === 1 ? '1 request' : `${count(total)} requests`}
            empty="No request was seen in this time."
            doorOf={(one) => linkOptions({ to: '.', search: (previous) => ({ ...previous, ...requestsOfLatency(one), ...(shown ? {} : DAY) }), hash: 'requests' })}
            behind="in the log"
          />
        )}
      </QueryView>
    </Panel>
  )
}
