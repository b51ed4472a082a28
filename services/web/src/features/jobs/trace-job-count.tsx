import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { traceCountsQuery } from '@/features/jobs/api'
import type { TraceCounts } from '@/features/jobs/trace-counts'
import { count } from '@/lib/format'

/** What a trace led to, in a row of many: nothing where it has no jobs, or they may not be read. */
export function TraceJobCount({ traceId, isLive }: { traceId: string; isLive: boolean }) {
  const { data } = useQuery(traceCountsQuery(traceId, isLive))
  return data && data.total > 0 ? <Doors counts={data} /> : null
}

function Doors({ counts: { trace_id, total, total_exact: isAll, failed } }: { counts: TraceCounts }) {
  return (
    <>
      <Link to="/jobs" search={{ trace_id }} className="quiet">
        <span aria-hidden>→ </span>
        {count(total)}
        {isAll ? '' : '+'} {total === 1 ? 'job' : 'jobs'}
      </Link>
      {failed > 0 ? (
        <>
          {' '}
          <Link to="/jobs" search={{ trace_id, status: ['failed'] }} className="status-failed">
            ({count(failed)} failed)
          </Link>
        </>
      ) : null}
    </>
  )
}
