// The schedule that made a job: the instant it was due, and how long after it the job began.
import { Link } from '@tanstack/react-router'
import type { Job, JobDetail } from '@/features/jobs/api'
import { NOTABLY_LATE_MS } from '@/features/schedules/late'
import { clockTime, duration } from '@/lib/format'
import { Instant } from '@/ui/time'

export const isScheduled = ({ source }: Pick<Job, 'source'>): boolean => source?.type === 'cron'

type Timed = Pick<JobDetail, 'scheduled_at' | 'started_at' | 'attempts_log'>

/** From when it was due to its first attempt, where that is worth a word. */
export function lateBy({ scheduled_at: due, started_at: newest, attempts_log: attempts }: Timed): number | null {
  const began = attempts?.[0]?.started_at ?? newest
  if (due === null || began === null) return null
  const ms = Date.parse(began) - Date.parse(due)
  return ms >= NOTABLY_LATE_MS ? ms : null
}

/** To the schedule of its function. */
export function ScheduleLink({ job, word }: { job: Pick<Job, 'function'>; word: string }) {
  return (
    <Link to="/functions/$name" params={{ name: job.function }} search={{ tab: 'schedule' }}>
      {word}
    </Link>
  )
}

/** “by its schedule, due 08:00:00, begun 42 s late” */
export function BySchedule({ job }: { job: JobDetail }) {
  const late = lateBy(job)
  return (
    <>
      by its <ScheduleLink job={job} word="schedule" />
      {job.scheduled_at === null ? null : (
        <>
          , due{' '}
          <Instant at={job.scheduled_at} className="num">
            {clockTime(job.scheduled_at)}
          </Instant>
        </>
      )}
      {late === null ? null : <span className="status-retrying">, begun {duration(late)} late</span>}
    </>
  )
}
