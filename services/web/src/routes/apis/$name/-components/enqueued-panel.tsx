import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { enqueuedQuery, type EnqueuedJobs } from '@/features/apis/enqueued'
import { endpointText, requestsOf, type Endpoint } from '@/features/apis/request-filter'
import { count } from '@/lib/format'
import { SPANS, type TimeWindow } from '@/lib/range'
import { Nothing } from '@/ui/nothing'
import { HoursPanel } from './hours-panel'

interface EnqueuedPanelProps {
  readonly name: string
  /** Null: all of them. */
  readonly endpoint: Endpoint | null
  readonly shown: TimeWindow | null
}

/** What its requests lead to: how many jobs of which functions, endpoint by endpoint. */
export function EnqueuedPanel({ name, endpoint, shown }: EnqueuedPanelProps) {
  const enqueued = useQuery(enqueuedQuery({ name, method: endpoint?.method, path: endpoint?.path }, { shown, liveMs: SPANS['24h'] }))
  return (
    <HoursPanel title={endpoint ? `Jobs of ${endpointText(endpoint)}` : 'Jobs it enqueues'} query={enqueued} shown={shown}>
      {({ enqueued }) => (enqueued.length > 0 ? <Enqueued rows={enqueued} isOfOne={endpoint !== null} /> : <Nothing kind="none" title="No request enqueued a job in this time." />)}
    </HoursPanel>
  )
}

function Enqueued({ rows, isOfOne }: { rows: readonly EnqueuedJobs[]; isOfOne: boolean }) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Jobs its requests enqueued">
        <thead>
          <tr>
            {isOfOne ? null : <th scope="col">Endpoint</th>}
            <th scope="col">Function</th>
            <th scope="col" className="right">
              Jobs
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={`${endpointText(one)} ${one.function ?? ''}`}>
              {isOfOne ? null : (
                <td className="cell-wide">
                  <EndpointName one={one} />
                </td>
              )}
              <td className={isOfOne ? 'cell-wide' : undefined}>
                {one.function === null ? (
                  <span className="faint">all others</span>
                ) : (
                  <Link to="/functions/$name" params={{ name: one.function }}>
                    <code>{one.function}</code>
                  </Link>
                )}
              </td>
              <td className="right num">{count(one.jobs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Narrows the page to it, where its requests have one name. */
function EndpointName({ one }: { one: EnqueuedJobs }) {
  const requests = requestsOf(one)
  const text = endpointText(one)
  if (!requests) return <code>{text}</code>
  return (
    <Link to="." search={(previous) => ({ ...previous, ...requests })} replace resetScroll={false} title={text}>
      <code>{text}</code>
    </Link>
  )
}
