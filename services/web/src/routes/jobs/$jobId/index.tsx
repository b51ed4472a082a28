import '@/features/jobs/job-page.css'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import * as v from 'valibot'
import { originQuery, type ApiRequestEvent } from '@/features/apis/api'
import { CameFrom } from '@/features/apis/came-from'
import { placeText } from '@/features/apis/request-place'
import { jobQuery, timelineQuery, type Job, type JobDetail } from '@/features/jobs/api'
import { CancelJob } from '@/features/jobs/cancel-job'
import { CopyJob } from '@/features/jobs/copy-job'
import { EditAndRetry } from '@/features/jobs/edit-and-retry'
import { JobOrigin } from '@/features/jobs/job-origin'
import { JobReason } from '@/features/jobs/job-reason'
import { LifecycleStrip } from '@/features/jobs/lifecycle-strip'
import { RetryJob } from '@/features/jobs/retry-job'
import { neighboursOf } from '@/features/jobs/trail'
import { useNow } from '@/lib/clock'
import { optional } from '@/lib/search-params'
import { useActions } from '@/ui/actions'
import { CopyableId } from '@/ui/copyable-id'
import { PageHead } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Status, statusWord } from '@/ui/status'
import { useJobArtifacts } from './-components/job-artifacts-tab'
import { LEVELS } from './-components/job-log-tab'
import { JobTabs, TABS, usualTab } from './-components/job-tabs'
import { JobTree } from './-components/job-tree'

const search = v.object({
  tab: optional(v.picklist(TABS)),
  level: optional(v.picklist(LEVELS)),
  /** `false`: time in which nothing waited or ran is as long as it was. */
  fold: optional(v.literal(false)),
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

function JobPage() {
  const { jobId } = Route.useParams()
  const job = useQuery(jobQuery(jobId))
  return <QueryView query={job} reserve={400}>{(data) => <JobView key={data.id} job={data} />}</QueryView>
}

function JobView({ job }: { job: JobDetail }) {
  const { tab, fold, ...tabSearch } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [firstTab] = useState(() => usualTab(job))
  const artifacts = useJobArtifacts(job.id)
  const request = useOrigin(job)
  const now = useNow()
  const show = (jobId: string): void => {
    void navigate({ to: '/jobs/$jobId', params: { jobId }, search: { tab }, resetScroll: false })
  }
  const showNew = (next: Job): void => {
    void navigate({ to: '/jobs/$jobId', params: { jobId: next.id }, search: {} })
  }
  const showRequest = (one: ApiRequestEvent): void => {
    void navigate({ to: '/apis/$name', params: { name: one.api_name }, search: { request: placeText(one) }, hash: 'requests' })
  }
  const foldIdle = (isFolding: boolean): void => {
    void navigate({ search: (previous) => ({ ...previous, fold: isFolding ? undefined : false }), replace: true, resetScroll: false })
  }
  useNeighbours(job.id, show)
  return (
    <>
      <PageHead
        title={
          <>
            {job.function_name ?? job.function} <Status status={job.status} />
          </>
        }
        tab={`${statusWord(job.status)}: ${job.function_name ?? job.function}`}
        scope={
          <span className="job-scope">
            <CopyableId id={job.id} />
            <JobOrigin job={job} cameFrom={request ? <CameFrom request={request} /> : null} place={job.worker_id === null ? null : <span>worker {job.worker_id}</span>} />
          </span>
        }
      >
        <CancelJob job={job} />
        <RetryJob job={job} onNewJob={showNew} />
        <EditAndRetry job={job} onNewJob={showNew} />
        <CopyJob job={job} />
      </PageHead>
      <div className="stack">
        <JobReason job={job} now={now}>
          <LifecycleStrip job={job} now={now} />
        </JobReason>
        <div className="job-columns">
          <JobTree job={job} request={request} artifacts={artifacts.data?.artifacts ?? []} now={now} isFolding={fold !== false} onFold={foldIdle} onOpen={show} onOpenRequest={showRequest} />
          <JobTabs
            job={job}
            current={tab ?? firstTab}
            artifacts={artifacts}
            search={tabSearch}
            onSearch={(next) => {
              void navigate({ search: (previous) => ({ ...previous, ...next }), replace: true, resetScroll: false })
            }}
          />
        </div>
      </div>
    </>
  )
}

/** The request the tree of a job came from; null while it is not known, and where it never will be: no trace, no longer in the log, not for this key. */
function useOrigin(job: JobDetail): ApiRequestEvent | null {
  const rootId = job.root_id ?? job.id
  const timeline = useQuery(timelineQuery(rootId))
  const root = timeline.data?.jobs.find(({ id }) => id === rootId) ?? (timeline.isPending ? null : job)
  const origin = useQuery(originQuery(root?.trace_id ?? null, Date.parse(root?.created_at ?? '')))
  return origin.data ?? null
}

/** `[` and `]` go through the list this job was opened from. */
function useNeighbours(id: string, show: (jobId: string) => void): void {
  const { previous, next } = neighboursOf(id)
  const step = (name: string, keys: string, to: string | null) =>
    to === null ? [] : [{ id: `job-${name}`, label: `The ${name} job of the list`, group: 'Job', keys, run: () => { show(to) } }]
  useActions([...step('previous', '[', previous), ...step('next', ']', next)])
}
