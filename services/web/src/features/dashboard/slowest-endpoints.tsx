import { Link } from '@tanstack/react-router'
import type { ApiDetail, ApiEndpoint } from '@/features/apis/api'
import { endpointText, requestsOf } from '@/features/apis/request-filter'
import { count, duration } from '@/lib/format'
import { spanSearch } from '@/lib/range'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'

const SHOWN = 5

interface Placed extends ApiEndpoint {
  readonly api: string
}

const keyOf = ({ api, method, path }: Placed): string => `${api} ${method} ${path}`
const bySlowness = (a: Placed, b: Placed): number => (b.p95_latency_ms ?? 0) - (a.p95_latency_ms ?? 0)

/** Over every API, by the p95 of 24 hours. */
export function SlowestEndpoints({ apis }: { apis: readonly ApiDetail[] }) {
  const endpoints = apis.flatMap(({ api, endpoints: all }) => all.map((one): Placed => ({ ...one, api: api.name }))).filter(({ p95_latency_ms: p95 }) => p95 !== null)
  const { rows, holder } = useHeld(endpoints.toSorted(bySlowness).slice(0, SHOWN), keyOf)
  if (rows.length === 0) return <Nothing kind="never" title="No request has been seen yet." />
  return (
    <table className="table" aria-label="Slowest endpoints">
      <tbody {...holder}>
        {rows.map((one) => (
          <tr key={keyOf(one)}>
            <td className="cell-wide">
              <Link to="/apis/$name" params={{ name: one.api }} search={requestsOf(one) ?? {}} hash="latencies">
                <code>{endpointText(one)}</code>
              </Link>{' '}
              <span className="faint">{one.api}</span>
            </td>
            <td className="right num hide-phone">
              <Counted one={one} />
            </td>
            <td className="right num">{duration(one.p95_latency_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** So many of the last day; the log has the same ones. */
function Counted({ one }: { one: Placed }) {
  const requests = requestsOf(one)
  const text = `×${count(one.requests_24h)}`
  if (!requests) return <span className="faint">{text}</span>
  return (
    <Link to="/apis/$name" params={{ name: one.api }} search={{ ...requests, ...spanSearch('24h') }} hash="requests" className="faint" aria-label={`Requests of ${endpointText(one)} in 24 hours: ${count(one.requests_24h)}`}>
      {text}
    </Link>
  )
}
