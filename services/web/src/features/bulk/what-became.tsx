import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { JOB_STATUSES, jobCountsQuery } from '@/features/jobs/api'
import { count } from '@/lib/format'
import { QueryView } from '@/ui/query-view'
import { Status } from '@/ui/status'

/** The jobs it made are of one trace, and so are those they enqueued. */
export function WhatBecame({ traceId }: { traceId: string }) {
  const counts = useQuery(jobCountsQuery({ trace_id: traceId }))
  return (
    <QueryView query={counts} reserve={48}>
      {(data) => (
        <div className="chips bulk-became">
          {JOB_STATUSES.filter((status) => data[status].total > 0).map((status) => (
            <Link key={status} to="/jobs" search={{ trace_id: traceId, status: [status] }} className="chip">
              <Status status={status} />
              <span className="num faint">
                {count(data[status].total)}
                {data[status].total_exact ? '' : '+'}
              </span>
            </Link>
          ))}
          <Link to="/jobs" search={{ trace_id: traceId }}>
            The jobs it made, with those they enqueued
          </Link>
        </div>
      )}
    </QueryView>
  )
}
