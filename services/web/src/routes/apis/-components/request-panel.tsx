// A request beside the log it stands in, and the jobs it led to, as they run.
import '@/features/apis/request-panel.css'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback, type ComponentProps } from 'react'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { useChangeRange, useWindow } from '@/components/use-range'
import { apiQuery, apisQuery, requestQuery, type ApiRequestEvent } from '@/features/apis/api'
import { DownloadRequests } from '@/features/apis/download-requests'
import { RequestBodies } from '@/features/apis/request-bodies'
import { RequestFacts } from '@/features/apis/request-facts'
import { RequestLog } from '@/features/apis/request-log'
import { endpointText } from '@/features/apis/request-filter'
import { readPlace, type RequestPlace } from '@/features/apis/request-place'
import { addressOf, showing, type RequestSearch } from '@/features/apis/request-search'
import { TraceJobs } from '@/features/jobs/trace-jobs'
import type { TreeView } from '@/features/jobs/tree-view'
import { momentText } from '@/lib/format'
import { Nothing } from '@/ui/nothing'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { CloseButton, SidePanel } from '@/ui/side-panel'
import { Split } from '@/ui/split'
import { HttpStatus } from '@/ui/status'
import { Instant } from '@/ui/time'

interface PickableRequestsProps {
  /** Of all APIs without it. */
  readonly apiName?: string
  readonly search: RequestSearch
}

/** The request log with the request picked beside it. */
export function PickableRequests({ apiName, search }: PickableRequestsProps) {
  const shown = useWindow()
  const { lookBefore } = useChangeRange()
  const { request: opened, fold, t, open, rows, errors, span } = search
  const view: TreeView = { fold, t, open, rows, errors, span }
  const filter = { api_name: apiName, ...addressOf(search) }
  const navigate = useNavigate()
  // Always the same: a request picked draws its row, not all.
  const onOpen = useCallback(
    (place: string | undefined): void => {
      void navigate({ to: '.', search: (previous) => ({ ...previous, ...showing(place) }), replace: true, resetScroll: false })
    },
    [navigate],
  )
  const close = (): void => {
    onOpen(undefined)
  }
  return (
    <Split label="Width of the request beside the log" side={opened === undefined ? null : <RequestPanel opened={opened} view={view} onClose={close} />}>
      <Panel
        title="Requests"
        aside={
          <>
            <DownloadRequests filter={filter} shown={shown} />
            {shown ? 'newest first' : 'newest first, live'}
          </>
        }
      >
        <RequestLog
          filter={filter}
          shown={shown}
          opened={opened}
          onOpen={onOpen}
          onLookBefore={lookBefore}
          onChange={(next) => {
            void navigate({ to: '.', search: (previous) => ({ ...previous, ...addressOf(next) }), replace: true })
          }}
        />
      </Panel>
    </Split>
  )
}

function RequestPanel({ opened, view, onClose }: { opened: string; view: TreeView; onClose: () => void }) {
  const place = readPlace(opened)
  return (
    <SidePanel label="The request picked" className="request-panel" shown={opened}>
      {place ? <Picked place={place} view={view} onClose={onClose} /> : <Nowhere onClose={onClose} />}
    </SidePanel>
  )
}

function Nowhere({ onClose }: { onClose: () => void }) {
  return (
    <>
      <Head title="Request" onClose={onClose} />
      <Nothing kind="missing" title="The address names no request." />
    </>
  )
}

function Picked({ place, view, onClose }: { place: RequestPlace; view: TreeView; onClose: () => void }) {
  const found = useQuery(requestQuery(place))
  const request = found.data?.request
  return (
    <>
      <Head title={request ? `${request.method} ${request.path}` : 'Request'} status={request?.status} onClose={onClose} />
      <QueryView query={found} reserve={240}>
        {({ request, keptSince }) => (request ? <Known request={request} place={place} view={view} /> : <Gone keptSince={keptSince} />)}
      </QueryView>
    </>
  )
}

function Head({ title, status, onClose }: { title: string; status?: number | undefined; onClose: () => void }) {
  return (
    <header className="panel-head">
      <h2 title={title}>
        {status === undefined ? null : <HttpStatus status={status} />} <code>{title}</code>
      </h2>
      <CloseButton onClose={onClose} />
    </header>
  )
}

function Known({ request, place, view }: { request: ApiRequestEvent; place: RequestPlace; view: TreeView }) {
  const apis = useQuery(apisQuery())
  const api = useQuery(apiQuery(request.api_name))
  const like = api.data?.endpoints.find((one) => endpointText(one) === endpointText(request))
  const instance = apis.data?.apis.find(({ name }) => name === request.api_name)?.instances.find(({ id }) => id === request.instance_id)
  return (
    <>
      <div className="panel-body">
        <RequestFacts request={request} instance={instance} medianMs={like?.p50_latency_ms ?? null} />
      </div>
      <h3 className="side-part">
        Its jobs
        {request.trace_id ? (
          <Link to="/jobs" search={{ trace_id: request.trace_id }}>
            Open in Jobs
          </Link>
        ) : null}
      </h3>
      {request.trace_id ? <LiveTraceJobs request={request} traceId={request.trace_id} view={view} /> : <Nothing kind="none" title="It told no trace: it enqueued nothing, or its API does not say." />}
      <h3 className="side-part">Bodies</h3>
      <RequestBodies place={place} />
    </>
  )
}

function LiveTraceJobs(props: Pick<ComponentProps<typeof TraceJobs>, 'request' | 'traceId' | 'view'>) {
  usePageStream('events', {})
  const navigate = useNavigate()
  return (
    <TraceJobs
      {...props}
      onView={(change) => {
        void navigate({ to: '.', search: (previous) => ({ ...previous, ...change }), replace: true, resetScroll: false })
      }}
      onOpen={(jobId) => {
        void navigate({ to: '/jobs/$jobId', params: { jobId } })
      }}
    />
  )
}

function Gone({ keptSince }: { keptSince: string }) {
  return (
    <Nothing kind="outside" title="This request is not in the log any more">
      Single requests are kept since <Instant at={keptSince}>{momentText(Date.parse(keptSince))}</Instant>.
    </Nothing>
  )
}
