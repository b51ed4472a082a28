import { useQuery } from '@tanstack/react-query'
import { createFileRoute, linkOptions } from '@tanstack/react-router'
import { useMemo, type ComponentProps } from 'react'
import * as v from 'valibot'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { useWindow } from '@/components/use-range'
import { useSort } from '@/components/use-sort'
import { hoursByEndpoint } from '@/features/apis/activity'
import { apiQuery, endpointHoursQuery, type ApiEndpoint, type ApiOverview } from '@/features/apis/api'
import { callersByEndpoint, consumersQuery } from '@/features/apis/consumers'
import { GROUPING_WORDS, GROUPINGS, groupingsOf } from '@/features/apis/endpoint-groups'
import { EndpointTable } from '@/features/apis/endpoint-table'
import { endpointFiguresQuery, endpointsOfDay, endpointsOfRange, figuresText, uncalledText, type EndpointFigures } from '@/features/apis/figures'
import { endpointOf } from '@/features/apis/request-filter'
import { requestSearch, USUAL_API_SORT } from '@/features/apis/request-search'
import type { PeriodFigures } from '@/generated/rest'
import { isUnmatched } from '@/features/apis/unmatched'
import { count, decimal, duration, percent } from '@/lib/format'
import { SPANS, type TimeWindow } from '@/lib/range'
import { optional, optionalText } from '@/lib/search-params'
import { versionsOf } from '@/lib/versions'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { PickableRequests } from '@/routes/apis/-components/request-panel'
import { QueryView } from '@/ui/query-view'
import { Separated } from '@/ui/separated'
import { Tile } from '@/ui/tile'
import { Versions } from '@/ui/versions'
import { ConsumersPanel } from './-components/consumers-panel'
import { EnqueuedPanel } from './-components/enqueued-panel'
import { FailingPanel } from './-components/failing-panel'
import { HeatPanel } from './-components/heat-panel'
import { TrafficPanels } from './-components/traffic-panels'
import { UnmatchedPanel } from './-components/unmatched-panel'

const apiSearch = v.object({
  ...requestSearch.entries,
  /** `false`: endpoints that nobody asked in the range are left out. */
  unasked: optional(v.literal(false)),
  /** Endpoints stand under what their paths begin with, or what they are about. */
  grouped: optional(v.picklist(GROUPINGS)),
  /** The order of consumers. */
  consumers: optionalText,
  /** The exception whose traceback is open. */
  failed: optionalText,
})

export const Route = createFileRoute('/apis/$name/')({
  validateSearch: apiSearch,
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
  const search = Route.useSearch()
  return (
    <>
      <PageHead title={name} scope={api.data ? <Scope api={api.data.api} /> : 'API'}>
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
            <TrafficPanels name={name} endpoint={endpointOf(search, data.endpoints)} shown={shown} />
            <div id="heat">
              <HeatPanel name={name} endpoint={endpointOf(search, data.endpoints)} shown={shown} />
            </div>
            <div id="endpoints">
              <Endpoints name={name} endpoints={data.endpoints} />
            </div>
            <Failing name={name} shown={shown} />
            {isUnmatched(endpointOf(search, data.endpoints)) ? (
              <div id="unmatched">
                <UnmatchedPanel name={name} shown={shown} />
              </div>
            ) : null}
            <div className="grid grid-of-tables">
              <div id="consumers" className="span-8">
                <Consumers name={name} endpoint={endpointOf(search, data.endpoints)} shown={shown} />
              </div>
              <div id="jobs" className="span-4">
                <EnqueuedPanel name={name} endpoint={endpointOf(search, data.endpoints)} shown={shown} />
              </div>
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

function Failing(props: Pick<ComponentProps<typeof FailingPanel>, 'name' | 'shown'>) {
  const { failed } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <FailingPanel
      {...props}
      opened={failed}
      onOpen={(one) => {
        void navigate({ search: (previous) => ({ ...previous, failed: one }), replace: true, resetScroll: false })
      }}
    />
  )
}

function Consumers(props: Omit<ComponentProps<typeof ConsumersPanel>, 'sort' | 'onSort'>) {
  const { consumers: sort = USUAL_API_SORT } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <ConsumersPanel
      {...props}
      sort={sort}
      onSort={(consumers) => {
        void navigate({ search: (previous) => ({ ...previous, consumers: consumers === USUAL_API_SORT ? undefined : consumers }), replace: true, resetScroll: false })
      }}
    />
  )
}

/** Those of the range; live, and until the range is read, those of 24 hours, which are streamed. */
function Endpoints({ name, endpoints }: { name: string; endpoints: readonly ApiEndpoint[] }) {
  const shown = useWindow()
  const figures = useQuery({ ...endpointFiguresQuery(name, shown), enabled: shown !== null })
  const ofDay = <EndpointsPanel name={name} rows={endpointsOfDay(endpoints)} shown={null} note={`${count(endpoints.length)}, figures of 24 h`} />
  if (!shown || figures.isPending) return ofDay
  if (!figures.data)
    return (
      <Panel title="Endpoints">
        <QueryView query={figures}>{() => null}</QueryView>
      </Panel>
    )
  const rows = endpointsOfRange(endpoints, figures.data.data)
  return <EndpointsPanel name={name} rows={rows} shown={shown} note={figuresText(rows.length, figures.data.data)} />
}

interface EndpointsPanelProps {
  readonly name: string
  readonly rows: readonly EndpointFigures[]
  readonly shown: TimeWindow | null
  readonly note: string
}

function EndpointsPanel({ name, rows, shown, note }: EndpointsPanelProps) {
  const sorting = useSort(USUAL_API_SORT)
  const { unasked: whole, grouped } = Route.useSearch()
  const groupings = groupingsOf(rows)
  const isWhole = whole !== false
  const navigate = Route.useNavigate()
  const asked = rows.filter(({ requests }) => requests > 0)
  const unasked = rows.length - asked.length
  const consumers = useQuery(consumersQuery({ name }, { shown, liveMs: SPANS['24h'] }))
  const { data: hours } = useQuery({ ...endpointHoursQuery(name), enabled: shown === null })
  const hoursOf = useMemo(() => hoursByEndpoint(hours), [hours])
  const callers = consumers.data && callersByEndpoint(consumers.data.data.endpoints)
  return (
    <Panel
      title="Endpoints"
      aside={
        <span className="num">
          {groupings.length > 0 ? (
            <span role="group" aria-label="Endpoints in groups">
              {groupings.map((one) => (
                <button
                  key={one}
                  type="button"
                  className="chip"
                  aria-pressed={one === grouped}
                  onClick={() => {
                    void navigate({ search: (previous) => ({ ...previous, grouped: one === grouped ? undefined : one }), replace: true, resetScroll: false })
                  }}
                >
                  {GROUPING_WORDS[one]}
                </button>
              ))}
            </span>
          ) : null}{' '}
          {unasked > 0 ? (
            <button
              type="button"
              className="chip"
              aria-pressed={isWhole}
              onClick={() => {
                void navigate({ search: (previous) => ({ ...previous, unasked: isWhole ? false : undefined }), replace: true, resetScroll: false })
              }}
            >
              {uncalledText(unasked, shown !== null)}
            </button>
          ) : null}{' '}
          {note}
        </span>
      }
    >
      {rows.length > 0 ? <EndpointTable endpoints={isWhole ? rows : asked} isLive={shown === null} callers={callers} hoursOf={hoursOf} grouped={groupings.find((one) => one === grouped)} {...sorting} /> : <Nothing kind="never" title="No endpoint is known yet." />}
    </Panel>
  )
}

/** How many serve it, and which versions of it they run. */
function Scope({ api: { instance_count: many, active, instances } }: { api: ApiOverview }) {
  return (
    <Separated>
      API
      {`${count(many)} ${many === 1 ? 'instance' : 'instances'}`}
      {active ? null : 'silent'}
      {versionsOf({ instances }).length > 0 ? <Versions instances={instances} /> : null}
    </Separated>
  )
}

/** The endpoints behind a figure, those that make the most of it first. */
const byColumn = (sort: string) => linkOptions({ to: '.', search: (previous) => ({ ...previous, sort }), hash: 'endpoints' })

/** Of the range; live, and until the range is read, of now and 24 hours. */
function ApiTiles({ api }: { api: ApiOverview }) {
  const shown = useWindow()
  const figures = useQuery({ ...endpointFiguresQuery(api.name, shown), enabled: shown !== null })
  if (shown && figures.data) return <FigureTiles of={figures.data.data.whole} when="in this range" />
  return <FigureTiles of={{ ...api, requests: api.requests_24h }} when="in 24 h" />
}

type TileFigures = Pick<PeriodFigures, 'requests' | 'requests_per_min' | 'success_rate' | 'client_error_rate' | 'server_error_rate' | 'avg_latency_ms'>

function FigureTiles({ of, when }: { of: TileFigures; when: string }) {
  return (
    <div className="tiles" role="group" aria-label="Key figures">
      <Tile label="Requests per minute" value={decimal(of.requests_per_min)} note={`${count(of.requests)} ${when}`} door={{ to: '.', search: true, hash: 'requests' }} />
      <Tile label="Success" value={percent(of.success_rate)} note={`of requests ${when}`} door={byColumn('-errors')} />
      <Tile label="Client errors" value={percent(of.client_error_rate)} note={`4xx ${when}`} door={byColumn('-4xx')} />
      <Tile label="Server errors" value={percent(of.server_error_rate)} note={`5xx ${when}`} tone={(of.server_error_rate ?? 0) > 0 ? 'bad' : undefined} door={byColumn('-5xx')} />
      <Tile label="Latency" value={duration(of.avg_latency_ms)} note={`on average ${when}`} door={byColumn('-p95')} />
    </div>
  )
}
