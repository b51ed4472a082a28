import '@/features/jobs/job-page.css'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import * as v from 'valibot'
import { originQuery, type ApiRequestEvent } from '@/features/apis/api'
import { CameFrom } from '@/features/apis/came-from'
import { placeText } from '@/features/apis/request-place'
import { jobQuery, timelineQuery, type Job, type JobDetail } from '@/features/jobs/api'
import { attemptAt } from '@/features/jobs/attempt-key'
import { CancelJob } from '@/features/jobs/cancel-job'
import { CopyJob } from '@/features/jobs/copy-job'
import { EditAndRetry } from '@/features/jobs/edit-and-retry'
import { FunctionLink } from '@/features/jobs/function-link'
import { JobOrigin } from '@/features/jobs/job-origin'
import { JobPlace, podOf, type Fleet } from '@/features/jobs/job-place'
import { JobReason } from '@/features/jobs/job-reason'
import { LifecycleStrip } from '@/features/jobs/lifecycle-strip'
import { RetryJob } from '@/features/jobs/retry-job'
import { neighboursOf } from '@/features/jobs/trail'
import { treeViewSearch, type TreeView } from '@/features/jobs/tree-view'
import { workersQuery } from '@/features/workers/api'
import { useNow } from '@/lib/clock'
import { optional } from '@/lib/search-params'
import { useActions } from '@/ui/actions'
import { PageHead } from '@/ui/panel'
import { Loading, QueryView } from '@/ui/query-view'
import { Status, statusWord } from '@/ui/status'
import { useJobArtifacts } from './-components/job-artifacts-tab'
import { JobTabs, usualTab, type TabSearch } from './-components/job-tabs'
import { JobTree } from './-components/job-tree'
import { LEVELS, TABS } from './-components/tabs'

const search = v.object({
  tab: optional(v.picklist(TABS)),
  level: optional(v.picklist(LEVELS)),
  ...treeViewSearch,
  artifact: optional(v.pipe(v.string(), v.maxLength(64))),
  compare: optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1)))),
  attempt: optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  find: optional(v.pipe(v.string(), v.maxLength(255))),
})

export const Route = createFileRoute('/jobs/$jobId/')({
  validateSearch: search,
  staticData: { isAlwaysLive: true },
  loader: ({ context: { queryClient }, params }) => {
    void queryClient.prefetchQuery(jobQuery(params.jobId))
  },
  component: JobPage,
})

const RESERVED_PX = 400
/** The log of requests may be out of reach; the job is not. */
const ORIGIN_WAIT_MS = 1000

function JobPage() {
  const { jobId } = Route.useParams()
  const job = useQuery(jobQuery(jobId))
  return <QueryView query={job} reserve={RESERVED_PX}>{(data) => <JobWithOrigin key={data.id} job={data} />}</QueryView>
}

/** Drawn once it is known whether there is a request to begin with, and where it ran: what is below or beside that would move. */
function JobWithOrigin({ job }: { job: JobDetail }) {
  const { request, isSought } = useOrigin(job)
  // Only what runs in a pod has a node; a key may not be allowed to read the workers.
  const workers = useQuery({ ...workersQuery(), enabled: podOf(job) !== null })
  const [isPatient, setPatient] = useState(true)
  useEffect(() => {
    const timer = setTimeout(() => {
      setPatient(false)
    }, ORIGIN_WAIT_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [])
  const isWaiting = isSought || isFirstRead(workers)
  return isWaiting && isPatient ? <Loading reserve={RESERVED_PX} /> : <JobView job={job} request={request} workers={workers.data?.workers} />
}

interface JobViewProps {
  readonly job: JobDetail
  readonly request: ApiRequestEvent | null
  readonly workers: Fleet | undefined
}

function JobView({ job, request, workers }: JobViewProps) {
  const { tab, fold, t, open, rows, errors, span, ...tabSearch } = Route.useSearch()
  const view: TreeView = { fold, t, open, rows, errors, span }
  const navigate = Route.useNavigate()
  const [firstTab] = useState(() => usualTab(job))
  const artifacts = useJobArtifacts(job.id)
  const now = useNow()
  const show = (jobId: string): void => {
    void navigate({ to: '/jobs/$jobId', params: { jobId }, search: { tab }, resetScroll: false })
  }
  /** Another job of this tree, which stays as it was opened and folded; one begins at its row. */
  const showOfTree = (jobId: string): void => {
    void navigate({ to: '/jobs/$jobId', params: { jobId }, search: { tab, ...view, span: undefined }, resetScroll: false })
  }
  const showNew = (next: Job): void => {
    void navigate({ to: '/jobs/$jobId', params: { jobId: next.id }, search: {} })
  }
  const showRequest = (one: ApiRequestEvent): void => {
    void navigate({ to: '/apis/$name', params: { name: one.api_name }, search: { request: placeText(one) }, hash: 'requests' })
  }
  const change = (changed: TreeView | TabSearch): void => {
    void navigate({ search: (previous) => ({ ...previous, ...changed }), replace: true, resetScroll: false })
  }
  useNeighbours(job.id, show)
  return (
    <>
      <PageHead
        title={
          <>
            <FunctionLink job={job} isQuiet /> <Status status={job.status} />
          </>
        }
        tab={`${statusWord(job.status)}: ${job.function_name ?? job.function}`}
        scope={<JobOrigin job={job} cameFrom={request ? <CameFrom request={request} /> : null} place={<JobPlace job={job} workers={workers} />} />}
      >
        <CancelJob job={job} />
        <RetryJob job={job} onNewJob={showNew} />
        <EditAndRetry job={job} onNewJob={showNew} />
        <CopyJob job={job} tested={job} />
      </PageHead>
      <div className="stack">
        <JobReason job={job} now={now}>
          <LifecycleStrip job={job} now={now} />
        </JobReason>
        <div className="job-columns">
          <JobTree
            job={job}
            request={request}
            artifacts={artifacts.data?.artifacts ?? []}
            now={now}
            view={view}
            onView={change}
            onOpen={showOfTree}
            onOpenRequest={showRequest}
          />
          <JobTabs
            job={job}
            current={tab ?? firstTab}
            artifacts={artifacts}
            search={tabSearch}
            picked={attemptAt(span, job.id)}
            onSearch={change}
          />
        </div>
      </div>
    </>
  )
}

interface Origin {
  /** Null while it is not known, and where it never will be: no trace, no longer in the log, not for this key. */
  readonly request: ApiRequestEvent | null
  /** Whether the first answer is still to come. */
  readonly isSought: boolean
}

/** The request the tree of a job came from. */
function useOrigin(job: JobDetail): Origin {
  const rootId = job.root_id ?? job.id
  const timeline = useQuery(timelineQuery(rootId))
  const root = timeline.data?.jobs.find(({ id }) => id === rootId) ?? (timeline.isPending ? null : job)
  const origin = useQuery(originQuery(root?.trace_id ?? null, Date.parse(root?.created_at ?? '')))
  return { request: origin.data ?? null, isSought: [timeline, origin].some(isFirstRead) }
}

const isFirstRead = ({ isLoading, failureCount }: { isLoading: boolean; failureCount: number }): boolean => isLoading && failureCount === 0

/** `[` and `]` go through the list this job was opened from. */
function useNeighbours(id: string, show: (jobId: string) => void): void {
  const { previous, next } = neighboursOf(id)
  const step = (name: string, keys: string, to: string | null) =>
    to === null ? [] : [{ id: `job-${name}`, label: `The ${name} job of the list`, group: 'Job', keys, run: () => { show(to) } }]
  useActions([...step('previous', '[', previous), ...step('next', ']', next)])
}
