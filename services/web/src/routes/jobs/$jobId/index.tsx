import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import * as v from 'valibot'
import { jobQuery, type JobDetail } from '@/features/jobs/api'
import { AttemptTable } from '@/features/jobs/attempt-table'
import { CancelJob } from '@/features/jobs/cancel-job'
import { JobFacts, LifecycleStrip } from '@/features/jobs/job-facts'
import { RetryJob } from '@/features/jobs/retry-job'
import { CopyableId } from '@/ui/copyable-id'
import { JsonView } from '@/ui/json-view'
import { PageHead } from '@/ui/panel'
import { ProgressBar } from '@/ui/progress-bar'
import { QueryView } from '@/ui/query-view'
import { Status } from '@/ui/status'
import { JobArtifactsTab } from './-components/job-artifacts-tab'

const TABS = ['overview', 'attempts', 'artifacts', 'input', 'output', 'error', 'raw'] as const
type Tab = (typeof TABS)[number]
const WORDS: Record<Tab, string> = {
  overview: 'Overview',
  attempts: 'Attempts',
  artifacts: 'Artifacts',
  input: 'Input',
  output: 'Output',
  error: 'Error',
  raw: 'Raw',
}

export const Route = createFileRoute('/jobs/$jobId/')({
  validateSearch: v.object({ tab: v.optional(v.fallback(v.optional(v.picklist(TABS)), undefined)) }),
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(jobQuery(params.jobId))
  },
  component: JobPage,
})

function JobPage() {
  const { jobId } = Route.useParams()
  const { tab = 'overview' } = Route.useSearch()
  const job = useQuery(jobQuery(jobId))
  return (
    <QueryView query={job} reserve={400}>
      {(data) => (
        <>
          <JobHead job={data} />
          <div className="stack">
            <Reason job={data} />
            {data.status === 'active' && data.progress !== null ? <ProgressBar value={data.progress} label="Progress" /> : null}
            <LifecycleStrip job={data} />
            <section className="panel">
              <Tabs current={tab} jobId={jobId} />
              <div role="tabpanel" aria-label={WORDS[tab]}>
                <TabContent tab={tab} job={data} />
              </div>
            </section>
          </div>
        </>
      )}
    </QueryView>
  )
}

function JobHead({ job }: { job: JobDetail }) {
  const navigate = Route.useNavigate()
  return (
    <PageHead
      title={
        <>
          {job.function_name ?? job.function} <Status status={job.status} />
        </>
      }
      scope={<CopyableId id={job.id} />}
    >
      <CancelJob job={job} />
      <RetryJob
        job={job}
        onNewJob={(next) => {
          void navigate({ to: '/jobs/$jobId', params: { jobId: next.id } })
        }}
      />
    </PageHead>
  )
}

function Reason({ job }: { job: JobDetail }) {
  const text = job.reason ?? job.error
  if (text === null) return null
  return (
    <p className="reason" data-tone={job.status === 'failed' ? 'bad' : job.status === 'retrying' ? 'warn' : undefined}>
      {job.reason === null && job.error_type !== null && !text.startsWith(job.error_type) ? `${job.error_type}: ` : ''}
      {text}
    </p>
  )
}

function Tabs({ current, jobId }: { current: Tab; jobId: string }) {
  return (
    <div className="tabs" role="tablist" aria-label="About this job">
      {TABS.map((tab) => (
        <Link key={tab} to="/jobs/$jobId" params={{ jobId }} search={{ tab }} replace role="tab" aria-selected={tab === current}>
          {WORDS[tab]}
        </Link>
      ))}
    </div>
  )
}

function TabContent({ tab, job }: { tab: Tab; job: JobDetail }) {
  switch (tab) {
    case 'overview':
      return (
        <div className="panel-body">
          <JobFacts job={job} />
        </div>
      )
    case 'attempts':
      return <AttemptTable attempts={job.attempts_log} />
    case 'artifacts':
      return <JobArtifactsTab jobId={job.id} />
    case 'input':
      return <Payload value={job.kwargs} missing="No arguments, or your key may not read them (scope payloads:read)." />
    case 'output':
      return <Payload value={job.result} missing="No result yet, or your key may not read it (scope payloads:read)." />
    case 'error':
      return <Payload value={job.traceback ?? job.error} missing="This job has no error." />
    case 'raw':
      return <Payload value={job} missing="" />
  }
}

function Payload({ value, missing }: { value: unknown; missing: string }) {
  if (value === null || value === undefined) return <p className="nothing-inline">{missing}</p>
  return (
    <div className="panel-body">
      <JsonView value={value} />
    </div>
  )
}
