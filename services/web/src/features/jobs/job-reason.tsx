// One line that says why the job is where it is, with its progress at the end; always there, so that a change of state moves
// nothing.
import type { ReactNode } from 'react'
import type { JobDetail } from '@/features/jobs/api'
import { clockTime, duration, readableTime } from '@/lib/format'
import { ProgressBar } from '@/ui/progress-bar'
import { Instant, Time } from '@/ui/time'

export function JobReason({ job, now, children }: { job: JobDetail; now: number; children?: ReactNode }) {
  const lastError = job.error !== null && job.status !== 'failed' ? errorOf(job) : null
  return (
    <div className="reason" data-tone={job.status === 'failed' ? 'bad' : job.status === 'retrying' ? 'warn' : undefined}>
      <div className="reason-line">
        <p>{job.status === 'failed' && job.error !== null ? errorOf(job) : job.reason === null ? stateOf(job, now) : withTimes(job.reason, now)}</p>
        {lastError === null ? null : (
          <p className="reason-error faint" title={lastError}>
            The last attempt: {lastError}
          </p>
        )}
        {job.status === 'active' && job.progress !== null ? <ProgressBar value={job.progress} label="Progress" /> : null}
      </div>
      {children}
    </div>
  )
}

const errorOf = (job: JobDetail): string =>
  job.error_type !== null && !job.error?.startsWith(job.error_type) ? `${job.error_type}: ${job.error ?? ''}` : (job.error ?? '')

function stateOf(job: JobDetail, now: number): ReactNode {
  const attempt = job.attempts > 1 ? `attempt ${String(job.attempts)}` : 'the first attempt'
  switch (job.status) {
    case 'active':
      return job.started_at === null ? 'Running.' : `Running for ${duration(now - Date.parse(job.started_at))}, ${attempt}.`
    case 'complete':
      return (
        <>
          Completed <Time at={job.completed_at} />, by {attempt}.
        </>
      )
    case 'cancelled':
      return (
        <>
          Cancelled <Time at={job.completed_at} />
          {job.cancel_reason === null ? '.' : <>: {job.cancel_reason}</>}
        </>
      )
    default:
      return 'Why it waits is being asked for.'
  }
}

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/

/** The service writes instants as RFC 3339; the reader gets a clock time, and how far away it is. */
function withTimes(sentence: string, now: number): ReactNode {
  return sentence.split(INSTANT).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <Instant key={index} at={part} className="num">
        {clockTime(part)} ({readableTime(part, now)})
      </Instant>
    ),
  )
}
