// The event that made a job, with a door to all the jobs it made.
import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'
import { LIVE } from '@/lib/range'

export interface EventSource {
  readonly id: string
  readonly type: string
}

/** Null where none made it, or a stream has told of the job and REST has not yet. */
export function eventOf({ source }: Pick<Job, 'source'>): EventSource | null {
  const id = source?.event_id
  const type = source?.event_type
  return typeof id === 'string' && typeof type === 'string' ? { id, type } : null
}

/** The event's id is the key of its jobs. */
export const jobsOfEvent = ({ id }: EventSource) => ({ idempotency_key: id, ...LIVE })

export function EventLink({ event }: { event: EventSource }) {
  return (
    <Link to="/jobs" search={jobsOfEvent(event)} title={`The jobs of ${event.id}`}>
      {event.type}
    </Link>
  )
}
