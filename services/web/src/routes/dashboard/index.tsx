import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { useIsLost } from '@/components/connection-pill'
import { useRange, useWindow } from '@/components/use-range'
import { useApiDeploys } from '@/features/apis/deploys'
import { apiQuery, apisQuery } from '@/features/apis/api'
import { endpointFiguresQuery, unusualApisQuery } from '@/features/apis/figures'
import { apiSeriesQuery } from '@/features/apis/series'
import { dashboardQuery, type DashboardStats } from '@/features/dashboard/api'
import { FailingNow } from '@/features/dashboard/failing-now'
import { LiveFeed } from '@/features/dashboard/live-feed'
import { SlowestEndpoints, slowestOf, usualOf } from '@/features/dashboard/slowest-endpoints'
import { VerdictStrip } from '@/features/dashboard/verdict-strip'
import { WaitingLongest } from '@/features/dashboard/waiting-longest'
import { Beneath, FirstJobSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { functionsQuery } from '@/features/functions/api'
import { errorGroupsQuery, jobSeriesQuery, unusualJobsQuery } from '@/features/jobs/series'
import { workersQuery } from '@/features/workers/api'
import { useWorkerDeploys } from '@/features/workers/deploys'
import { Capacity } from '@/features/workers/capacity'
import { count } from '@/lib/format'
import { LIVE, spanSearch, type Range, type Span, type TimeWindow } from '@/lib/range'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/time-units'
import { rangeKey } from '@/lib/timed-query'
import { PageHead, Panel } from '@/ui/panel'
import { Loading, QueryView } from '@/ui/query-view'
import { Separated } from '@/ui/separated'
import { ApiTrendsPanel } from './-components/api-trends-panel'
import { TrendsPanel } from './-components/trends-panel'

export const Route = createFileRoute('/dashboard/')({
  component: Dashboard,
})

/** Beside figures of a range, what is of now says so. */
const nowIn = (shown: TimeWindow | null): 'now' | undefined => (shown ? 'now' : undefined)

/** Live, the figures are of a quarter of an hour, compared with the hour before it. */
const LIVE_VERDICTS = { liveMs: 15 * MINUTE_MS, liveStep: '1m', lead: 4 } as const
const ERRORS_LIVE_MS = HOUR_MS
/** Of more APIs than this, those with the most requests are asked for their endpoints. */
const APIS_ASKED = 8
const ENDPOINTS_INTERVAL_MS = 30_000

function Dashboard() {
  const shown = useWindow()
  const isNew = useWasEmpty(useQuery(functionsQuery()).data?.total === 0)
  return (
    <>
      <PageHead title="Dashboard" scope={scopeOf(useRange())} />
      <div className="stack">
        <Beneath steps={isNew ? <FirstJobSteps /> : null}>
          <Verdicts shown={shown} />
          <div className="grid">
            <div className="span-6">
              <TrendsPanel shown={shown} />
            </div>
            <div className="span-6">
              <ApiTrendsPanel shown={shown} />
            </div>
          </div>
          <Troubles shown={shown} />
          <div className="grid">
            <CapacityPanel shown={shown} />
            <Feed shown={shown} />
          </div>
        </Beneath>
      </div>
    </>
  )
}

const SPAN_WORDS: Readonly<Record<Span, string>> = { '15m': '15 minutes', '1h': 'hour', '6h': '6 hours', '24h': '24 hours', '7d': '7 days' }

function scopeOf(range: Range): string {
  switch (range.kind) {
    case 'live':
      return 'Figures of the last 15 minutes, charts of the last 24 hours'
    case 'span':
      return `The last ${SPAN_WORDS[range.span]}`
    case 'custom':
      return 'A range of your own'
  }
}

function Feed({ shown }: { shown: TimeWindow | null }) {
  const isStale = useIsLost()
  return <LiveFeed when={nowIn(shown)} className={isStale ? 'span-7 stale' : 'span-7'} />
}

function Verdicts({ shown }: { shown: TimeWindow | null }) {
  const stretch = shown ? { shown, liveMs: 0, lead: 1 } : { shown, ...LIVE_VERDICTS }
  // Of more than a day, the same time yesterday is part of it.
  const hasYesterday = shown === null || shown.before - shown.after <= DAY_MS
  const yesterday = { ...stretch, lead: 0, back: DAY_MS }
  const jobs = useQuery(jobSeriesQuery({}, stretch))
  const apis = useQuery(apiSeriesQuery({}, stretch))
  const jobsYesterday = useQuery({ ...jobSeriesQuery({}, yesterday), enabled: hasYesterday })
  const apisYesterday = useQuery({ ...apiSeriesQuery({}, yesterday), enabled: hasYesterday })
  const unusualJobs = useQuery(unusualJobsQuery(shown, LIVE_VERDICTS.liveMs))
  const unusualApis = useQuery(unusualApisQuery(shown, LIVE_VERDICTS.liveMs))
  const deploys = useWorkerDeploys(shown).concat(useApiDeploys(shown))
  const then = <T,>(query: UseQueryResult<T>): T | null | undefined => (hasYesterday && !query.error ? query.data : null)
  return (
    <div className={jobs.error || apis.error ? 'stale' : undefined}>
      <VerdictStrip
        jobs={{ series: jobs.data, yesterday: then(jobsYesterday), unusual: unusualJobs.data?.data }}
        apis={{ series: apis.data, yesterday: then(apisYesterday), unusual: unusualApis.data?.data }}
        deploys={deploys}
        lead={shown ? 'the time before' : 'the hour before'}
        range={shown ? {} : spanSearch('15m')}
      />
    </div>
  )
}

function Troubles({ shown }: { shown: TimeWindow | null }) {
  const errors = useQuery(errorGroupsQuery({}, { shown, liveMs: ERRORS_LIVE_MS }))
  const stats = useQuery(dashboardQuery(24 * 60))
  const functions = useQuery(functionsQuery())
  const range = shown ? {} : spanSearch('1h')
  return (
    <div className="grid">
      <Panel title={shown ? 'Failing' : 'Failing now'} className="span-4 panel-five" aside={<Link to="/jobs" search={{ status: ['failed'], ...range }}>All failed</Link>}>
        <QueryView query={errors}>{({ data }) => <FailingNow key={rangeKey(shown, errors)} errors={data.errors} span={shown ? 'in this range' : 'in the last hour'} range={range} />}</QueryView>
      </Panel>
      <Panel title="Waiting longest" when={nowIn(shown)} className="span-4 panel-five" aside={<QueueNote stats={stats.data} />}>
        <QueryView query={stats}>{(data) => <WaitingLongest stats={data} functions={functions.data?.functions} />}</QueryView>
      </Panel>
      <Panel title="Slowest endpoints" className="span-4 panel-five" aside="p95 of 24 h">
        <Endpoints />
      </Panel>
    </div>
  )
}

function QueueNote({ stats }: { stats: DashboardStats | undefined }) {
  const queue = stats?.queue
  return (
    <span className="num">
      <Separated>
        <Link to="/jobs" search={{ status: ['queued'], ...LIVE }}>
          {count(queue?.waiting)} waiting
        </Link>
        <Link to="/jobs" search={{ status: ['pending'], ...LIVE }}>
          {count(queue?.scheduled_future)} scheduled
        </Link>
      </Separated>
    </span>
  )
}

function Endpoints() {
  const apis = useQuery({ ...apisQuery(), refetchInterval: ENDPOINTS_INTERVAL_MS })
  const details = useQueries({
    queries: (apis.data?.apis ?? []).slice(0, APIS_ASKED).map(({ name }) => ({ ...apiQuery(name), refetchInterval: ENDPOINTS_INTERVAL_MS })),
    combine: (results) => results.flatMap(({ data }) => (data ? [data] : [])),
  })
  const slowest = slowestOf(details)
  const named = [...new Set(slowest.map(({ api }) => api))]
  const usual = useQueries({
    queries: named.map((name) => endpointFiguresQuery(name, null, DAY_MS)),
    combine: (results) => new Map(results.flatMap(({ data }, at) => (data ? usualOf(named[at] ?? '', data.data) : []))),
  })
  // They are asked rarely: that the server is away is known from the stream long before.
  const isStale = useIsLost()
  return (
    <QueryView query={apis}>
      {({ total }) => (
        <div className={isStale && !apis.error ? 'stale' : undefined}>{total > 0 && details.length === 0 ? <Loading /> : <SlowestEndpoints slowest={slowest} usual={usual} />}</div>
      )}
    </QueryView>
  )
}

function CapacityPanel({ shown }: { shown: TimeWindow | null }) {
  const workers = useQuery(workersQuery())
  const stats = useQuery(dashboardQuery(24 * 60))
  return (
    <Panel
      title="Capacity"
      when={nowIn(shown)}
      className="span-5"
      aside={
        <Link to="/jobs" search={{ status: ['active'], ...LIVE }} className="num">
          {count(stats.data?.queue?.running)} running
        </Link>
      }
    >
      <QueryView query={workers}>{(data) => <Capacity workers={data.workers} />}</QueryView>
    </Panel>
  )
}
