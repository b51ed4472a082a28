import { useQuery } from '@tanstack/react-query'
import { unmatchedQuery, type TriedPath } from '@/features/apis/unmatched'
import { count, percent } from '@/lib/format'
import { SPANS, type TimeWindow } from '@/lib/range'
import { Nothing } from '@/ui/nothing'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Time } from '@/ui/time'

/** Which paths no route matched, the most first: a client that is wrong, a route that is gone, a scanner. */
export function UnmatchedPanel({ name, shown }: { name: string; shown: TimeWindow | null }) {
  const unmatched = useQuery(unmatchedQuery(name, { shown, liveMs: SPANS['24h'] }))
  const total = unmatched.data?.data.total
  const when = shown ? 'in the hours of this range' : 'in 24 hours'
  return (
    <Panel title="Paths no route matched" aside={total ? <span className="num">{`${count(total)} requests ${when}`}</span> : when}>
      <QueryView query={unmatched} reserve={96}>
        {({ data: { paths, total: all } }) =>
          paths.length > 0 ? (
            <Paths paths={paths} total={all} />
          ) : (
            <Nothing kind="none" title="No middleware told which paths.">
              That of this version tells them; an older one, and OpenTelemetry, tell only how many there were.
            </Nothing>
          )
        }
      </QueryView>
    </Panel>
  )
}

function Paths({ paths, total }: { paths: readonly TriedPath[]; total: number }) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Paths no route matched">
        <thead>
          <tr>
            <th scope="col">Path</th>
            <th scope="col" className="right">
              Requests
            </th>
            <th scope="col" className="right hide-phone">
              Of all
            </th>
            <th scope="col">Last request</th>
          </tr>
        </thead>
        <tbody>
          {paths.map(({ method, path, requests, last_request_at: at }) => (
            <tr key={`${method} ${path ?? ''}`}>
              <td className="cell-wide" title={path ?? undefined}>
                {path === null ? <span className="faint">all others</span> : <code>{`${method} ${path}`}</code>}
              </td>
              <td className="right num">{count(requests)}</td>
              <td className="right num hide-phone">{percent((100 * requests) / total)}</td>
              <td>
                <Time at={at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
