import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { JobDetail } from '@/features/jobs/api'
import { EventLink, eventOf } from '@/features/jobs/event-link'
import { BySchedule } from '@/features/jobs/schedule-link'
import { TagLinks } from '@/features/jobs/tag-links'
import { TraceLink } from '@/features/traces/trace-link'
import { count } from '@/lib/format'
import { shortened } from '@/lib/names'
import { CopyableId } from '@/ui/copyable-id'

/** What a job is and where it runs; below, where it came from, which is known later and may not move anything. */
export function JobOrigin({ job, cameFrom, place }: { job: JobDetail; cameFrom: ReactNode; place: ReactNode }) {
  return (
    <span className="job-origin num">
      <span className="job-line">
        <CopyableId id={job.id} />
        <span>{attemptOf(job)}</span>
        {place}
        {job.retried_from === null ? null : (
          <span>
            re-run of <JobLink id={job.retried_from} />
          </span>
        )}
        {job.trace_id === null ? null : <TraceLink id={job.trace_id} />}
        {job.tags?.length ? (
          <span>
            tagged <TagLinks tags={job.tags} />
          </span>
        ) : null}
      </span>
      <span className="job-came-from">
        <Trigger job={job} isOfRequest={cameFrom !== null} />
        {cameFrom}
      </span>
    </span>
  )
}

export const attemptOf = (job: Pick<JobDetail, 'attempts' | 'max_retries'>): string =>
  job.max_retries === null ? `attempt ${count(job.attempts)}` : `attempt ${count(job.attempts)} of ${count(job.max_retries + 1)}`

/** That a client enqueued it is not said where its request is. */
function Trigger({ job, isOfRequest }: { job: JobDetail; isOfRequest: boolean }) {
  const event = eventOf(job)
  const words = isOfRequest && job.parent_id === null ? null : triggerOf(job, event !== null)
  if (event === null) return words === null ? null : <span>{words}</span>
  return (
    <span>
      {words}
      {words === null ? null : ', '}
      {job.source?.type === 'event' ? 'by' : 'of'} event <EventLink event={event} />
    </span>
  )
}

function triggerOf(job: JobDetail, isEventKnown: boolean): ReactNode {
  if (job.parent_id !== null)
    return (
      <>
        child of <JobLink id={job.parent_id} />
      </>
    )
  switch (job.source?.type) {
    case 'api':
      return 'enqueued by a client'
    case 'cron':
      return <BySchedule job={job} />
    case 'event':
      return isEventKnown ? null : 'by an event'
    case 'retry':
      return 'run by hand'
    default:
      return job.source?.type ?? 'of unknown origin'
  }
}

export function JobLink({ id }: { id: string }) {
  return (
    <Link to="/jobs/$jobId" params={{ jobId: id }} title={id}>
      <code>{shortened(id)}</code>
    </Link>
  )
}
