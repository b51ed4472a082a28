import { useQuery } from '@tanstack/react-query'
import { isFinished, jobEventsQuery, type JobDetail } from '@/features/jobs/api'
import { EventList } from '@/features/jobs/event-list'
import { useNow } from '@/lib/clock'
import { count } from '@/lib/format'
import { QueryView } from '@/ui/query-view'

export function JobEventsTab({ job }: { job: JobDetail }) {
  const now = useNow()
  const events = useQuery(jobEventsQuery(job.id, !isFinished(job.status)))
  return (
    <QueryView query={events} reserve={200}>
      {(told) => (
        <>
          <EventList events={told.events} now={now} />
          {told.has_more ? <p className="table-foot">The newest {count(told.events.length)} of {count(told.total)}.</p> : null}
        </>
      )}
    </QueryView>
  )
}
