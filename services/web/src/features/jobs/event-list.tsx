// What happened to a job, in order: what was said of it in events, and what was not.
import type { ReactNode } from 'react'
import type { JobFact } from '@/features/jobs/api'
import { WorkerLink } from '@/features/jobs/worker-link'
import { count, DASH, duration, exactTime, momentText, readableTime, share } from '@/lib/format'
import { Status } from '@/ui/status'
import { Instant } from '@/ui/time'

export function EventList({ events, now }: { events: readonly JobFact[]; now: number }) {
  const first = Date.parse(events[0]?.at ?? '')
  return (
    <div className="table-scroll event-list" role="region" aria-label="Events" tabIndex={0}>
      <table className="table" aria-label="Events">
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col" className="right">
              After
            </th>
            <th scope="col">What</th>
            <th scope="col" className="right">
              Attempt
            </th>
            <th scope="col">Worker</th>
            <th scope="col" className="right" title="The number of the event that said it; nothing said what has none">
              Seq
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => (
            <tr key={index} data-kind={event.kind}>
              <td className="num">
                <Instant at={event.at}>{exactTime(event.at)}</Instant>
              </td>
              <td className="right num faint">{index === 0 ? '' : `+${duration(Date.parse(event.at) - first)}`}</td>
              <td className="event-what">
                <What event={event} /> <span className="event-more">{moreOf(event, now)}</span>
              </td>
              <td className="right num">{event.attempt === null ? '' : count(event.attempt)}</td>
              <td>{event.worker_id === null ? '' : <WorkerLink id={event.worker_id} />}</td>
              <td className="right num faint">{event.seq === null ? DASH : count(event.seq)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const LOOKS: Readonly<Record<JobFact['kind'], { readonly status: string | null; readonly word: string }>> = {
  scheduled: { status: 'pending', word: 'Scheduled' },
  queued: { status: 'queued', word: 'Queued' },
  started: { status: 'active', word: 'Started' },
  progress: { status: null, word: 'Progress' },
  checkpoint: { status: null, word: 'Checkpoint saved' },
  cancel_requested: { status: null, word: 'Asked to stop' },
  retrying: { status: 'retrying', word: 'Retrying' },
  interrupted: { status: 'retrying', word: 'Interrupted' },
  completed: { status: 'complete', word: 'Complete' },
  failed: { status: 'failed', word: 'Failed' },
  cancelled: { status: 'cancelled', word: 'Cancelled' },
}

function What({ event }: { event: JobFact }): ReactNode {
  const { status, word } = LOOKS[event.kind]
  return status === null ? <span className="event-meanwhile">{word}</span> : <Status status={status} word={word} />
}

const BY: Readonly<Record<string, string>> = { api: 'by a client', task: 'by a job', cron: 'by its schedule', event: 'by an event', retry: 'run by hand' }

/** All of it is under Error and Attempts. */
const MOST_ERROR_CHARS = 160

/** What it says beside its kind. */
export function moreOf(event: JobFact, now: number): string {
  const parts = [
    event.trigger === null ? '' : (BY[event.trigger] ?? event.trigger),
    event.kind === 'queued' && event.trigger === null ? 'its time to be tried again had come' : '',
    event.scheduled_at === null ? '' : `for ${momentText(Date.parse(event.scheduled_at))}`,
    event.queue_wait_ms === null ? '' : `waited ${duration(event.queue_wait_ms)}`,
    event.progress === null ? '' : share(event.progress),
    event.duration_ms === null ? '' : `ran ${duration(event.duration_ms)}`,
    event.error === null ? '' : [event.error_type, event.error.slice(0, MOST_ERROR_CHARS)].filter(Boolean).join(': '),
    event.retry_at === null ? '' : `again ${readableTime(event.retry_at, now)}`,
    event.reason === null ? '' : `“${event.reason}”`,
  ]
  return parts.filter(Boolean).join(' · ')
}
