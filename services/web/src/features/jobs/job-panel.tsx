// A job beside its list: enough to decide whether to open it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import '@/features/jobs/job-page.css'
import { jobQuery, type Job } from '@/features/jobs/api'
import { CancelJob } from '@/features/jobs/cancel-job'
import { JobFacts } from '@/features/jobs/job-facts'
import { JobReason } from '@/features/jobs/job-reason'
import { LifecycleStrip } from '@/features/jobs/lifecycle-strip'
import { RetryJob } from '@/features/jobs/retry-job'
import { useNow } from '@/lib/clock'
import { CopyableId } from '@/ui/copyable-id'
import { JsonView } from '@/ui/json-view'
import { QueryView } from '@/ui/query-view'
import { CloseButton } from '@/ui/side-panel'
import { Status } from '@/ui/status'

export function JobPanel({ id, onClose, onNewJob }: { id: string; onClose: () => void; onNewJob: (job: Job) => void }) {
  const job = useQuery(jobQuery(id))
  const now = useNow()
  return (
    <aside className="panel side-panel job-panel" aria-label="The job picked">
      <header className="panel-head">
        <h2>{job.data?.function_name ?? 'Job'}</h2>
        <div className="panel-aside">
          <Link to="/jobs/$jobId" params={{ jobId: id }}>
            Open its page
          </Link>{' '}
          <CloseButton onClose={onClose} />
        </div>
      </header>
      <QueryView query={job} reserve={300}>
        {(data) => (
          <>
            <div className="panel-body job-scope">
              <Status status={data.status} />
              <CopyableId id={data.id} />
              <CancelJob job={data} />
              <RetryJob job={data} onNewJob={onNewJob} />
            </div>
            <JobReason job={data} now={now}>
              <LifecycleStrip job={data} now={now} />
            </JobReason>
            <div className="panel-body job-details">
              <JobFacts job={data} />
              {data.kwargs === null ? null : <JsonView value={data.kwargs} label="Input" />}
            </div>
          </>
        )}
      </QueryView>
    </aside>
  )
}
