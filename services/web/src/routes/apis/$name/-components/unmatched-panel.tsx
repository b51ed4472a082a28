import { useQuery } from '@tanstack/react-query'
import { unmatchedQuery, type TriedPath } from '@/features/apis/unmatched'
import { count, percent } from '@/lib/format'
import { SPANS, type TimeWindow } from '@/lib/range'
import { Nothing } from '@/ui/nothing'
import { Time } from '@/ui/time'
import { HoursPanel } from './hours-panel'

/** Which paths no route matched, the most first: a client that is wrong, a route that is gone, a scanner. */
export function UnmatchedPanel({ name, shown }: { name: string; shown: TimeWindow | null }) {
  const unmatched = useQuery(unmatchedQuery(name, { shown, liveMs: SPANS['24h'] }))
  return (
    <HoursPanel title="Paths no route matched" query={unmatched} shown={shown} of="requests">
      {({ paths, total }) =>
        paths.length > 0 ? (
          <Paths paths={paths} total={total} />
        ) : (
          <Nothing kind="none" title="No middleware told which paths.">
            That of this version tells them; an older one, and OpenTelemetry, tell only how many there were.
          </Nothing>
        )
      }
    </HoursPanel>
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
