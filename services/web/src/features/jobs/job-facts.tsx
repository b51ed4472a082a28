import { Link } from '@tanstack/react-router'
import type { JobDetail } from '@/features/jobs/api'
import { count, DASH, duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { CopyableId } from '@/ui/copyable-id'
import { Facts } from '@/ui/facts'
import { Time } from '@/ui/time'

export function JobFacts({ job }: { job: JobDetail }) {
  return (
    <Facts
      facts={[
        ['Function', <FunctionLink key="f" job={job} />],
        ['Attempt', attemptOf(job)],
        ['Worker', job.worker_id ?? DASH],
        ['Triggered by', job.source?.type ?? DASH],
        ['Created', <Time key="c" at={job.created_at} />],
        ['Scheduled for', <Time key="s" at={job.scheduled_at === job.created_at ? null : job.scheduled_at} />],
        ['Started', <Time key="b" at={job.started_at} />],
        ['Ended', <Time key="e" at={job.completed_at} />],
        ['Priority', count(job.priority)],
        ['Timeout', job.timeout === null ? DASH : duration(job.timeout * 1000)],
        ['Interruptions', count(job.interruptions)],
        ['Parent', <JobLink key="p" id={job.parent_id} />],
        ['Re-run of', <JobLink key="r" id={job.retried_from} />],
        ['Tags', job.tags?.length ? job.tags.join(', ') : DASH],
        ['Trace', job.trace_id ? <CopyableId key="t" id={job.trace_id} /> : DASH],
      ]}
    />
  )
}

const attemptOf = (job: JobDetail): string =>
  job.max_retries === null ? count(job.attempts) : `${count(job.attempts)} of ${count(job.max_retries + 1)}`

function FunctionLink({ job }: { job: JobDetail }) {
  return (
    <Link to="/functions/$name" params={{ name: job.function }}>
      {job.function_name ?? job.function}
    </Link>
  )
}

function JobLink({ id }: { id: string | null }) {
  if (id === null) return DASH
  return (
    <Link to="/jobs/$jobId" params={{ jobId: id }} title={id}>
      <code>{shortened(id)}</code>
    </Link>
  )
}

/** Waiting and running of the newest attempt, to scale. */
export function LifecycleStrip({ job }: { job: JobDetail }) {
  const wait = job.queue_wait_ms ?? 0
  const run = job.duration_ms ?? 0
  if (wait + run <= 0) return null
  return (
    <div>
      <div className="strip" aria-hidden>
        <i style={{ flexGrow: wait, background: 'var(--bar-cancelled)' }} />
        <i style={{ flexGrow: run, background: `var(--bar-${job.status === 'pending' || job.status === 'queued' ? 'active' : job.status})` }} />
      </div>
      <p className="strip-legend num">
        <span>waited {duration(job.queue_wait_ms)}</span>
        <span>ran {duration(job.duration_ms)}</span>
      </p>
    </div>
  )
}
