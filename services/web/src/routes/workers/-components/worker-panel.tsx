// A worker instance beside the others: what it runs, what it ran, what its loss interrupted.
import '@/features/workers/workers.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { usePageStream } from '@/components/providers/event-stream-provider'
import { jobsQuery, type JobStatus } from '@/features/jobs/api'
import { JobLines } from '@/features/jobs/job-lines'
import type { WorkerInfo } from '@/features/workers/api'
import { findInstance, WorkerFacts } from '@/features/workers/worker-facts'
import { count } from '@/lib/format'
import { LIVE } from '@/lib/range'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'

interface WorkerPanelProps {
  readonly id: string
  readonly workers: readonly WorkerInfo[]
  readonly onClose: () => void
}

export function WorkerPanel({ id, workers, onClose }: WorkerPanelProps) {
  usePageStream('events', {})
  const panel = useRef<HTMLElement>(null)
  // Where the panel stands above the workers, as on a phone, it comes into sight.
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' })
  }, [id])
  const found = findInstance(workers, id)
  return (
    <aside ref={panel} className="panel side-panel worker-panel" aria-label="The worker picked">
      <header className="panel-head">
        <h2 title={id}>
          <code>{found?.instance.pod?.name ?? id}</code>
        </h2>
        <button type="button" className="icon-button" aria-label="Close the panel" onClick={onClose}>
          <X size={16} aria-hidden />
        </button>
      </header>
      {found ? (
        <div className="panel-body">
          <WorkerFacts {...found} />
        </div>
      ) : (
        <Nothing kind="missing" title="This worker is not there any more">
          It left, or was lost a while ago. What it ran is below.
        </Nothing>
      )}
      <JobsOf title="Running now" filter={{ worker_id: id, status: ['active'] }} none="It runs nothing." />
      <JobsOf title="Interrupted when it was lost" filter={{ interrupted_by: id }} none="No job lost its worker here." />
      <JobsOf title="Newest jobs" filter={{ worker_id: id }} none="It has run no job that is kept." />
    </aside>
  )
}

/** The newest fifty, as they change. */
function JobsOf({ title, filter, none }: { title: string; filter: { worker_id?: string; interrupted_by?: string; status?: JobStatus[] }; none: string }) {
  const jobs = useQuery(jobsQuery(filter))
  return (
    <section aria-label={title}>
      <h3 className="worker-jobs">
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
