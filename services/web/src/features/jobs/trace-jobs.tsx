// A request and the jobs of its trace over time: what it led to, past its answer.
import { useQuery } from '@tanstack/react-query'
import { traceTimelineQuery } from '@/features/jobs/api'
import { leaveTrail } from '@/features/jobs/trail'
import { REQUEST_KEY } from '@/features/jobs/tree'
import { TreeChoices } from '@/features/jobs/tree-choices'
import type { TreeView } from '@/features/jobs/tree-view'
import { Waterfall } from '@/features/jobs/waterfall'
import type { ApiRequestEvent } from '@/generated/rest'
import { useNow } from '@/lib/clock'
import { count } from '@/lib/format'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'

interface TraceJobsProps {
  readonly request: ApiRequestEvent
  readonly traceId: string
  readonly view: TreeView
  readonly onView: (change: TreeView) => void
  readonly onOpen: (jobId: string) => void
}

/** Without jobs there is nothing to draw. */
export function TraceJobs({ request, traceId, view, onView, onOpen }: TraceJobsProps) {
  const timeline = useQuery(traceTimelineQuery(traceId))
  const now = useNow()
  return (
    <QueryView query={timeline} reserve={96}>
      {({ jobs, total, has_more: isMore }) =>
        jobs.length === 0 ? (
          <Nothing kind="none" title="No job belongs to this trace." />
        ) : (
          <>
            <p className="tree-choices">
              <TreeChoices view={view} onView={onView} />
            </p>
            <Waterfall
              key={traceId}
              request={request}
              jobs={jobs}
              current={REQUEST_KEY}
              label="The request and its jobs over time"
              isAlone
              now={now}
              view={view}
              onView={onView}
              onOpen={(jobId) => {
                leaveTrail(jobs.map(({ id }) => id))
                onOpen(jobId)
              }}
            />
            {isMore ? (
              <p className="table-foot">
                The newest {count(jobs.length)} of {count(total)} jobs.
              </p>
            ) : null}
          </>
        )
      }
    </QueryView>
  )
}
