import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import * as v from 'valibot'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { apiQuery, type ApiOverview } from '@/features/apis/api'
import { EndpointTable } from '@/features/apis/endpoint-table'
import { RequestLog } from '@/features/apis/request-table'
import { count, decimal, duration, percent } from '@/lib/format'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Tile } from '@/ui/tile'

const optionalText = v.optional(v.fallback(v.optional(v.string()), undefined))
const search = v.object({ method: optionalText, path: optionalText })

export const Route = createFileRoute('/apis/$name/')({
  validateSearch: search,
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(apiQuery(params.name))
  },
  component: Api,
})

function Api() {
  const { name } = Route.useParams()
  usePageStream('api', { path: { name } })
  const api = useQuery(apiQuery(name))
  return (
    <>
      <PageHead title={name} scope={api.data ? instancesOf(api.data.api) : 'API'}>
        {api.data?.api.docs_url ? (
          <a className="button" href={api.data.api.docs_url} target="_blank" rel="noreferrer">
            Documentation
          </a>
        ) : null}
      </PageHead>
      <QueryView query={api} reserve={400}>
        {(data) => (
          <div className="stack">
            <ApiTiles api={data.api} />
            <Panel title="Endpoints" aside={<span className="num">{data.total_endpoints}</span>}>
              {data.endpoints.length > 0 ? <EndpointTable endpoints={data.endpoints} /> : <p className="nothing-inline">No endpoint is known yet.</p>}
            </Panel>
            <Panel title="Requests" aside="newest first, live">
              <RequestLog filter={{ api_name: name }} />
            </Panel>
          </div>
        )}
      </QueryView>
    </>
  )
}

const instancesOf = (api: ApiOverview): string =>
  `API · ${count(api.instance_count)} ${api.instance_count === 1 ? 'instance' : 'instances'}${api.active === false ? ' · silent' : ''}`

function ApiTiles({ api }: { api: ApiOverview }) {
  return (
    <div className="tiles" role="group" aria-label="Key figures">
      <Tile label="Requests per minute" value={decimal(api.requests_per_min)} note={`${count(api.requests_24h)} in 24 hours`} />
      <Tile label="Success" value={percent(api.success_rate)} note="of requests" />
      <Tile label="Client errors" value={percent(api.client_error_rate)} note="4xx" />
      <Tile label="Server errors" value={percent(api.server_error_rate)} note="5xx" />
      <Tile label="Latency" value={duration(api.avg_latency_ms)} note="on average" />
    </div>
  )
}
