import { useQuery } from '@tanstack/react-query'
import { createFileRoute, linkOptions } from '@tanstack/react-router'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { useWindow } from '@/components/use-range'
import { useSort } from '@/components/use-sort'
import { apiQuery, type ApiOverview } from '@/features/apis/api'
import { EndpointTable } from '@/features/apis/endpoint-table'
import { requestSearch, USUAL_API_SORT } from '@/features/apis/request-search'
import { count, decimal, duration, percent } from '@/lib/format'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { PickableRequests } from '@/routes/apis/-components/request-panel'
import { QueryView } from '@/ui/query-view'
import { Tile } from '@/ui/tile'
import { TrafficPanels } from './-components/traffic-panels'

export const Route = createFileRoute('/apis/$name/')({
  validateSearch: requestSearch,
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(apiQuery(params.name))
  },
  component: Api,
})

function Api() {
  const { name } = Route.useParams()
  usePageStream('api', { path: { name } })
  const api = useQuery(apiQuery(name))
  const shown = useWindow()
  const sorting = useSort(USUAL_API_SORT)
  const search = Route.useSearch()
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
            <TrafficPanels name={name} shown={shown} />
            <div id="endpoints">
              <Panel title="Endpoints" aside={<span className="num">{data.total_endpoints}, figures of 24 h</span>}>
                {data.endpoints.length > 0 ? (
                  <EndpointTable endpoints={data.endpoints} {...sorting} />
                ) : (
                  <Nothing kind="never" title="No endpoint is known yet." />
                )}
              </Panel>
            </div>
            <div id="requests">
              <PickableRequests apiName={name} search={search} />
            </div>
          </div>
        )}
      </QueryView>
    </>
  )
}

const instancesOf = (api: ApiOverview): string =>
  `API · ${count(api.instance_count)} ${api.instance_count === 1 ? 'instance' : 'instances'}${api.active ? '' : ' · silent'}`

/** The endpoints behind a figure, those that make the most of it first. */
const byColumn = (sort: string) => linkOptions({ to: '.', search: (previous) => ({ ...previous, sort }), hash: 'endpoints' })

function ApiTiles({ api }: { api: ApiOverview }) {
  return (
    <div className="tiles" role="group" aria-label="Key figures">
      <Tile label="Requests per minute" value={decimal(api.requests_per_min)} note={`${count(api.requests_24h)} in 24 hours`} door={{ to: '.', search: true, hash: 'requests' }} />
      <Tile label="Success" value={percent(api.success_rate)} note="of requests in 24 h" door={byColumn('-errors')} />
      <Tile label="Client errors" value={percent(api.client_error_rate)} note="4xx in 24 h" door={byColumn('-4xx')} />
      <Tile label="Server errors" value={percent(api.server_error_rate)} note="5xx in 24 h" tone={(api.server_error_rate ?? 0) > 0 ? 'bad' : undefined} door={byColumn('-5xx')} />
      <Tile label="Latency" value={duration(api.avg_latency_ms)} note="on average, 24 h" door={byColumn('-p95')} />
    </div>
  )
}
