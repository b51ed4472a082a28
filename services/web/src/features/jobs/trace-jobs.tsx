// The jobs of one trace, in few words: what a request led to.
import { useQuery } from '@tanstack/react-query'
import { jobsQuery, type Job } from '@/features/jobs/api'
import { JobLines } from '@/features/jobs/job-lines'
import { count } from '@/lib/format'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'

/** As they were enqueued. */
const inOrder = (jobs: readonly Job[]): Job[] => [...jobs].sort((a, b) => (a.id < b.id ? -1 : 1))

export function TraceJobs({ traceId }: { traceId: string }) {
  const jobs = useQuery(jobsQuery({ trace_id: traceId }))
  return (
    <QueryView query={jobs} reserve={96}>
      {(page) =>
        page.jobs.length === 0 ? (
          <Nothing kind="none" title="No job belongs to this trace." />
        ) : (
          <>
            <JobLines jobs={inOrder(page.jobs)} label="Jobs of this trace" />
            {page.total > page.jobs.length ? (
              <p className="table-foot">
                The newest {count(page.jobs.length)} of {count(page.total)} jobs.
              </p>
            ) : null}
          </>
        )
      }
    </QueryView>
  )
}
