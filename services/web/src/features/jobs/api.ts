import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query'
import { applyJobEvent, applyToPage, applyToRows, applyToTimeline } from '@/features/jobs/apply-job-event'
import { presetsOf } from '@/features/jobs/arguments'
import { endedLife } from '@/features/jobs/ended-lives'
import type { JobEvent } from '@/features/jobs/events'
import { filterIn, type JobFilter } from '@/features/jobs/job-filter'
import { marksOf } from '@/features/jobs/marks'
import { countsOfTrace, mayChange } from '@/features/jobs/trace-counts'
import type { EnqueueIn, JobDetailOut, JobOut, JobsOut, LineOut, LinesOut, Status, StatusCountsOut } from '@/generated/rest'
import { createJson, getBlob, getJson, postJson } from '@/lib/api-client'
import { LIVE_LIST_LIMIT, LIVE_REFRESH_INTERVAL_MS, WINDOW } from '@/lib/live-rules'
import { windowQuery, type TimeWindow } from '@/lib/range'
import { journalPerClient } from '@/lib/stream/journal'
import { shareRows } from '@/lib/stream/patch'

export type { ArtifactOut as Artifact, JobFactOut as JobFact, ArtifactsOut as ArtifactList, AttemptOut as Attempt, LineOut as LogLine, TrendsOut as JobTrends } from '@/generated/rest'

export const JOB_STATUSES = ['queued', 'pending', 'active', 'retrying', 'complete', 'failed', 'cancelled'] as const satisfies readonly Status[]
export type JobStatus = Status

/** What a row made of an event does not know before it is read. */
type Unsaid = 'job_type' | 'source' | 'created_at' | 'max_retries' | 'priority' | 'interruptions' | 'tags' | 'scheduled_at'
type SoFar<Row> = Readonly<Omit<Row, Unsaid>> & { readonly [Field in Extract<keyof Row, Unsaid>]: Readonly<Row[Field]> | null }

export type Job = SoFar<JobOut>
export type JobDetail = SoFar<JobDetailOut>

/** A tree: the first job of it and all that came of it, oldest first. */
export interface Timeline {
  readonly jobs: readonly Job[]
  readonly total: number
  readonly has_more: boolean
}

/** A page of jobs, newest first. */
export type JobPage = Readonly<Omit<JobsOut, 'jobs'>> & { readonly jobs: readonly Job[] }

export interface JobTrendScope {
  readonly hours: number
  readonly function?: string | undefined
}

/** Facts about jobs as they arrive: a read that was under way is completed from them. */
export const jobJournal = journalPerClient<JobEvent>()

export const jobsQuery = (filter: JobFilter) =>
  queryOptions({
    queryKey: ['jobs', 'live', filter],
    queryFn: ({ client, signal }) =>
      jobJournal(client).during<JobPage>(
        () => getJson('/jobs', { query: { ...filterIn(filter), limit: LIVE_LIST_LIMIT }, signal }),
        (page, event) => applyToPage(page, filter, event),
      ),
    structuralSharing: shareRows('jobs'),
  })

export type JobCounts = Readonly<StatusCountsOut>

const besidesStatus = ({ status: _, ...others }: JobFilter): JobFilter => others

async function readCounts(filter: JobFilter, window: TimeWindow | null, signal: AbortSignal): Promise<JobCounts> {
  const query = { ...filterIn(besidesStatus(filter)), ...(window ? windowQuery(window) : {}) }
  const { counts } = await getJson('/jobs/counts', { query, signal })
  return counts
}

/** How many jobs of each status the filter leaves, its own status aside. */
export const jobCountsQuery = (filter: JobFilter) =>
  queryOptions({
    queryKey: ['jobs', 'counts', besidesStatus(filter)],
    queryFn: ({ signal }) => readCounts(filter, null, signal),
    placeholderData: keepPreviousData,
  })

/** How many of all that are kept failed. */
export const failuresQuery = () =>
  queryOptions({
    queryKey: ['jobs', 'failures'],
    queryFn: async ({ signal }) => (await readCounts({}, null, signal)).failed,
  })

export const windowJobCountsQuery = (filter: JobFilter, window: TimeWindow) =>
  queryOptions({
    queryKey: [WINDOW, 'job-counts', besidesStatus(filter), window],
    queryFn: ({ signal }) => readCounts(filter, window, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })

/** A row that is gone from sight is soon forgotten: a busy log has thousands. */
const FORGET_TRACE_MS = 30_000

/** How many jobs a trace has, in a row of a log; asked again only while it is in sight, live, and may have others. */
export const traceCountsQuery = (traceId: string, isLive = true) =>
  queryOptions({
    queryKey: ['jobs', 'trace', traceId],
    queryFn: ({ signal }) => countsOfTrace(traceId, signal),
    gcTime: FORGET_TRACE_MS,
    refetchInterval: ({ state: { data, dataUpdateCount } }) => (isLive && data && mayChange(data, dataUpdateCount) ? LIVE_REFRESH_INTERVAL_MS : false),
  })

/** Kept while a row is scrolled away and back. */
const FORGET_MARKS_MS = 60_000

/** Of one row of a tree. Below the job's key: what happens to it asks anew, and what it logs meanwhile is asked for while it runs. */
export const marksQuery = (id: string, isLive: boolean) =>
  queryOptions({
    queryKey: ['jobs.job', id, 'marks'],
    queryFn: ({ signal }) => marksOf(id, signal),
    gcTime: FORGET_MARKS_MS,
    staleTime: isLive ? 0 : FORGET_MARKS_MS,
    refetchInterval: isLive ? LIVE_LOG_INTERVAL_MS : false,
  })

/** What happened to it. Below its key, as its log: an event asks anew, and progress is looked for while it runs. */
export const jobEventsQuery = (id: string, isLive: boolean) =>
  queryOptions({
    queryKey: ['jobs.job', id, 'events'],
    queryFn: ({ signal }) => getJson('/jobs/{job_id}/events', { path: { job_id: id }, signal }),
    refetchInterval: isLive ? LIVE_LOG_INTERVAL_MS : false,
  })

/** Rows that hold still while somebody points at them: nothing to fetch, events change them in place. */
export const heldJobsQuery = (filter: JobFilter) =>
  queryOptions({
    queryKey: ['jobs', 'held', filter],
    queryFn: (): { readonly jobs: readonly Job[] } | null => null,
    initialData: null,
    enabled: false,
    staleTime: Infinity,
    gcTime: 0,
    structuralSharing: shareRows('jobs'),
  })

export const WINDOW_PAGE = 100

/** What was there in a window, a page of it, as read at one time: the whole answer of the server, which no event touches. */
export const windowJobsQuery = (filter: JobFilter, window: TimeWindow, cursor: string | undefined) =>
  queryOptions({
    queryKey: [WINDOW, 'jobs', filter, window, cursor ?? null],
    queryFn: ({ signal }) => getJson('/jobs', { query: { ...filterIn(filter), ...windowQuery(window), limit: WINDOW_PAGE, cursor }, signal }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    refetchInterval: false,
  })

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs.job', id],
    queryFn: ({ client, signal }) =>
      jobJournal(client).during<JobDetail>(
        () => getJson('/jobs/{job_id}', { path: { job_id: id }, signal }),
        (job, event) => (event.job_id === id ? applyJobEvent(job, event) : job),
      ),
    // Why one waits changes without an event of it: others start, a worker comes, the instant its rate limit names goes by.
    refetchInterval: ({ state: { data } }) => (data?.status === 'queued' ? LIVE_REFRESH_INTERVAL_MS : false),
  })

const TIMELINE_LIMIT = 5000
const TIMELINE_PAGE = 1000

/** By the root's id: every event names its root, so it finds the tree it belongs to. */
export const timelineQuery = (rootId: string) =>
  queryOptions({
    queryKey: ['jobs.timeline', rootId],
    queryFn: ({ client, signal }) =>
      jobJournal(client).during(
        () => readPages((page) => getJson('/jobs/{job_id}/timeline', { path: { job_id: rootId }, query: page, signal })),
        (timeline, event) => (event.root_id === rootId ? applyToTimeline(timeline, event) : timeline),
      ),
    structuralSharing: shareRows('jobs'),
  })

/** What one request led to, wherever it is in a tree: the jobs of its trace, oldest first; of too many the newest. */
export const traceTimelineQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['jobs.timeline', 'trace', traceId],
    queryFn: ({ client, signal }) =>
      jobJournal(client).during(
        () => readPages((page) => getJson('/jobs', { query: { trace_id: traceId, ...page }, signal })).then(oldestFirst),
        (timeline, event) => (event.trace_id === traceId ? applyToTimeline(timeline, event) : timeline),
      ),
    structuralSharing: shareRows('jobs'),
  })

const oldestFirst = (timeline: Timeline): Timeline => ({ ...timeline, jobs: timeline.jobs.toReversed() })

/** As they come, up to the bound. */
async function readPages(ask: (page: { limit: number; cursor: string | null }) => Promise<JobPage>): Promise<Timeline> {
  const jobs: Job[] = []
  let cursor: string | null = null
  for (;;) {
    const page: JobPage = await ask({ limit: TIMELINE_PAGE, cursor })
    jobs.push(...page.jobs)
    // Page by page: of all of them at once, when the last has come, it would hold up whoever reads.
    page.jobs.forEach((job) => isFinished(job.status) && endedLife(job))
    if (!page.has_more || jobs.length >= TIMELINE_LIMIT) return { jobs, total: page.total, has_more: page.has_more }
    cursor = page.next_cursor
  }
}

export interface JobLog {
  readonly lines: readonly LineOut[]
  readonly total: number
  readonly has_more: boolean
  /** Where the last page began, and how many lines came before it: a log only grows, so only that page is read again. */
  tail: { readonly cursor: string | null; readonly before: number }
}

export const LOG_LIMIT = 20_000
const LOG_PAGE = 1000
export const LIVE_LOG_INTERVAL_MS = 2000

export const jobLogQuery = (id: string, q: string | undefined) =>
  queryOptions({
    queryKey: ['jobs.job', id, 'log', q ?? null],
    queryFn: async ({ client, queryKey, signal }): Promise<JobLog> => {
      const known = client.getQueryData<JobLog>(queryKey)
      const lines = known?.lines.slice(0, known.tail.before) ?? []
      for (let cursor = known?.tail.cursor ?? null; ; ) {
        const page: LinesOut = await getJson('/jobs/{job_id}/logs', { path: { job_id: id }, query: { q, limit: LOG_PAGE, cursor }, signal })
        const tail = { cursor, before: lines.length }
        lines.push(...page.lines)
        if (!page.has_more || lines.length >= LOG_LIMIT) return { lines, total: page.total, has_more: page.has_more, tail }
        cursor = page.next_cursor
      }
    },
  })

const NAMED_AT_ONCE = 100

/** Those of them that are there, as new as the events that came meanwhile. */
export const readJobs = async (client: QueryClient, ids: readonly string[]): Promise<readonly Job[]> => {
  const parts = Array.from({ length: Math.ceil(ids.length / NAMED_AT_ONCE) }, (_, at) => ids.slice(at * NAMED_AT_ONCE, (at + 1) * NAMED_AT_ONCE))
  const { jobs } = await jobJournal(client).during<{ readonly jobs: readonly Job[] }>(
    async () => ({ jobs: (await Promise.all(parts.map((id) => getJson('/jobs', { query: { id, limit: NAMED_AT_ONCE } })))).flatMap((page) => page.jobs) }),
    applyToRows,
  )
  return jobs
}

export const jobTrendsQuery = (scope: JobTrendScope) =>
  queryOptions({
    queryKey: ['jobs.trends', scope.hours, scope.function ?? null],
    queryFn: ({ signal }) => getJson('/jobs/trends', { query: { hours: scope.hours, function: scope.function }, signal }),
    // A longer or shorter range of the same keeps the chart in place until it is read.
    placeholderData: (previous, query) => (query?.queryKey[2] === (scope.function ?? null) ? previous : undefined),
  })

export const artifactsQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['jobs.artifacts', jobId],
    queryFn: ({ signal }) => getJson('/jobs/{job_id}/artifacts', { path: { job_id: jobId }, signal }),
  })

/** Stored bytes do not change under an id: read once, kept while shown. */
export const artifactContentQuery = (id: string) =>
  queryOptions({
    queryKey: ['artifact-content', id],
    queryFn: ({ signal }) => getBlob('/artifacts/{artifact_id}/content', { path: { artifact_id: id }, signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  })

/** Every live list in the cache, whatever its filter. */
export const liveJobLists = { queryKey: ['jobs', 'live'] } as const
type JobListKey = ReturnType<typeof jobsQuery>['queryKey']
const isJobListKey = (key: readonly unknown[]): key is JobListKey => key[0] === 'jobs' && key[1] === 'live' && typeof key[2] === 'object'
/** The keys of every live list there is, each with its filter. */
export const liveJobKeys = (client: QueryClient): { key: JobListKey; filter: JobFilter }[] =>
  client
    .getQueryCache()
    .findAll(liveJobLists)
    .flatMap(({ queryKey }) => (isJobListKey(queryKey) ? [{ key: queryKey, filter: filterOf(queryKey) }] : []))
type JobCountsKey = ReturnType<typeof jobCountsQuery>['queryKey']
const isJobCountsKey = (key: readonly unknown[]): key is JobCountsKey => key[0] === 'jobs' && key[1] === 'counts' && typeof key[2] === 'object'
export const liveJobCounts = (client: QueryClient): { key: JobCountsKey; filter: JobFilter }[] =>
  client
    .getQueryCache()
    .findAll({ queryKey: ['jobs', 'counts'] })
    .flatMap(({ queryKey }) => (isJobCountsKey(queryKey) ? [{ key: queryKey, filter: filterOf(queryKey) }] : []))

type HeldJobsKey = ReturnType<typeof heldJobsQuery>['queryKey']
const isHeldJobsKey = (key: readonly unknown[]): key is HeldJobsKey => key[0] === 'jobs' && key[1] === 'held' && typeof key[2] === 'object'
export const heldJobKeys = (client: QueryClient): HeldJobsKey[] =>
  client
    .getQueryCache()
    .findAll({ queryKey: ['jobs', 'held'] })
    .flatMap(({ queryKey }) => (isHeldJobsKey(queryKey) ? [queryKey] : []))

const filterOf = (key: JobListKey | JobCountsKey): JobFilter => (typeof key[2] === 'string' ? {} : (key[2] ?? {}))

/** The rows of the lists that were read last, live or of a window: what somebody has in sight, or had. */
export const jobsAtHand = (client: QueryClient): readonly Job[] =>
  [['jobs', 'live'], [WINDOW, 'jobs']].flatMap((queryKey) => client.getQueriesData<JobPage>({ queryKey, type: 'active' }).flatMap(([, page]) => page?.jobs ?? []))

const ENOUGH_FOR_PRESETS = 30

/** What a function's newest jobs were given; null in each where the key may not read it. What is offered does not move under the pointer. */
export const recentArgumentsQuery = (key: string) =>
  queryOptions({
    queryKey: [WINDOW, 'arguments', key],
    queryFn: ({ signal }) => getJson('/jobs', { query: { function: key, limit: ENOUGH_FOR_PRESETS }, signal }),
    select: ({ jobs }: JobPage) => ({ presets: presetsOf(jobs), isForbidden: jobs.some(({ kwargs }) => kwargs === null) }),
  })

/** `isNew` is false where the idempotency key found a job that was there. */
export const enqueueJob = async (wish: EnqueueIn): Promise<{ job: Job; isNew: boolean }> => {
  const { made, isNew } = await createJson('/jobs', wish)
  return { job: made, isNew }
}
export const cancelJob = (id: string): Promise<Job> => postJson('/jobs/{job_id}/cancel', { path: { job_id: id } })
/** A new job like it; with other arguments, where they are given. */
export const retryJob = (id: string, kwargs?: Record<string, unknown>): Promise<Job> =>
  postJson('/jobs/{job_id}/retry', { path: { job_id: id }, body: { kwargs } })

export const isFinished = (status: JobStatus): boolean => status === 'complete' || status === 'failed' || status === 'cancelled'
