import { Link } from '@tanstack/react-router'
import type { JobDetail } from '@/features/jobs/api'
import { EventLink, eventOf } from '@/features/jobs/event-link'
import { FunctionLink } from '@/features/jobs/function-link'
import { attemptOf, JobLink } from '@/features/jobs/job-origin'
import { isScheduled, ScheduleLink } from '@/features/jobs/schedule-link'
import { TagLinks } from '@/features/jobs/tag-links'
import { WorkerLink } from '@/features/jobs/worker-link'
import { TraceId } from '@/features/traces/trace-link'
import { count, DASH, duration } from '@/lib/format'
import { Facts } from '@/ui/facts'
import { Time } from '@/ui/time'

export function JobFacts({ job }: { job: JobDetail }) {
  return (
    <Facts
      facts={[
        ['Function', <FunctionLink key="f" job={job} />],
        ['Attempts', attemptOf(job).replace('attempt ', '')],
        ['Worker', job.worker_id === null ? DASH : <WorkerLink key="w" id={job.worker_id} />],
        ['Triggered by', <TriggeredBy key="y" job={job} />],
        ['Created', <Time key="c" at={job.created_at} />],
        [isScheduled(job) ? 'Due' : 'Scheduled for', <Time key="s" at={job.scheduled_at === job.created_at ? null : job.scheduled_at} />],
        ['Started', <Time key="b" at={job.started_at} />],
        ['Ended', <Time key="e" at={job.completed_at} />],
        ['Priority', count(job.priority)],
        ['Timeout', job.timeout === null ? DASH : duration(job.timeout * 1000)],
        ['Interruptions', count(job.interruptions)],
        ['Parent', job.parent_id === null ? DASH : <JobLink key="p" id={job.parent_id} />],
        ['Re-run of', job.retried_from === null ? DASH : <JobLink key="r" id={job.retried_from} />],
        ['Tags', job.tags?.length ? <TagLinks key="g" tags={job.tags} /> : DASH],
        ['Trace', job.trace_id ? <Trace key="t" id={job.trace_id} /> : DASH],
      ]}
    />
  )
}

function TriggeredBy({ job }: { job: JobDetail }) {
  const event = eventOf(job)
  if (isScheduled(job)) return <ScheduleLink job={job} word="schedule" />
  if (event === null) return job.source?.type ?? DASH
  return (
    <>
      {job.source?.type === 'event' ? 'event' : `${job.source?.type ?? ''}, of event`} <EventLink event={event} />
    </>
  )
}

function Trace({ id }: { id: string }) {
  return (
    <>
      <TraceId id={id} />{' '}
      <Link to="/jobs" search={{ trace_id: id }}>
        Its jobs
      </Link>
    </>
  )
}
