// A worker instance beside the others: what it runs, what it ran, what its loss interrupted.
import '@/features/workers/workers.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { jobsQuery, type JobStatus } from '@/features/jobs/api'
import { JobLines } from '@/features/jobs/job-lines'
import type { WorkerInfo } from '@/features/workers/api'
import type { Past } from '@/features/workers/past'
import { WorkerActions } from '@/features/workers/worker-actions'
import { findInstance, WorkerFacts } from '@/features/workers/worker-facts'
import { WorkerPast } from '@/features/workers/worker-past'
import { count } from '@/lib/format'
import { LIVE } from '@/lib/range'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'
import { CloseButton, SidePanel } from '@/ui/side-panel'

interface WorkerPanelProps {
  readonly id: string
  readonly workers: readonly WorkerInfo[]
  /** How far back its figures are shown. */
  readonly past: Past
  readonly onPast: (past: Past) => void
  readonly onClose: () => void
}

export function WorkerPanel({ id, workers, past, onPast, onClose }: WorkerPanelProps) {
  usePageStream('events', {})
  const found = findInstance(workers, id)
  return (
    <SidePanel label="The worker picked" className="worker-panel" shown={id}>
      <header className="panel-head">
        <h2 title={id}>
          <code>{found?.instance.pod?.name ?? id}</code>
        </h2>
        <CloseButton onClose={onClose} />
      </header>
      {found ? (
        <div className="panel-body">
          <WorkerActions instance={found.instance} />
          <WorkerFacts {...found} />
        </div>
      ) : (
        <Nothing kind="missing" title="This worker is not there any more">
          It left, or was lost a while ago. What it ran is below.
        </Nothing>
      )}
      <JobsOf title="Running now" filter={{ worker_id: id, status: ['active'] }} none="It runs nothing." />
      <WorkerPast id={id} past={past} onPast={onPast} />
      <JobsOf title="Interrupted when it was lost" filter={{ interrupted_by: id }} none="No job lost its worker here." />
      <JobsOf title="Newest jobs" filter={{ worker_id: id }} none="It has run no job that is kept." />
    </SidePanel>
  )
}

/** The newest fifty, as they change. */
function JobsOf({ title, filter, none }: { title: string; filter: { worker_id?: string; interrupted_by?: string; status?: JobStatus[] }; none: string }) {
  const jobs = useQuery(jobsQuery(filter))
  return (
    <section aria-label={title}>
      <h3 className="side-part">
        <span>
          {title} <span className="faint num">{jobs.data ? count(jobs.data.total) : ''}</span>
        </span>
        <Link to="/jobs" search={{ ...filter, ...LIVE }}>
          Open in Jobs
        </Link>
      </h3>
      <QueryView query={jobs} reserve={64}>
        {(page) => (page.jobs.length > 0 ? <JobLines jobs={page.jobs} label={title} /> : <Nothing kind="none" title={none} />)}
      </QueryView>
    </section>
  )
}
