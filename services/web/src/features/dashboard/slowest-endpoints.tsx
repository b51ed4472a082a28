import { Link } from '@tanstack/react-router'
import type { ApiDetail, ApiEndpoint } from '@/features/apis/api'
import { endpointText, requestsOf } from '@/features/apis/request-filter'
import type { CalledList } from '@/generated/rest'
import { count, decimal, duration } from '@/lib/format'
import { spanSearch } from '@/lib/range'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'

const SHOWN = 5
/** Of fewer requests the day before there is no usual. */
const FEWEST_USUAL = 20

export interface Placed extends ApiEndpoint {
  readonly api: string
}

const keyOf = ({ api, method, path }: Pick<Placed, 'api' | 'method' | 'path'>): string => `${api} ${method} ${path}`
const bySlowness = (a: Placed, b: Placed): number => (b.p95_latency_ms ?? 0) - (a.p95_latency_ms ?? 0)

/** Over every API, by the p95 of 24 hours. */
export const slowestOf = (apis: readonly ApiDetail[]): Placed[] =>
  apis
    .flatMap(({ api, endpoints: all }) => all.map((one): Placed => ({ ...one, api: api.name })))
    .filter(({ p95_latency_ms: p95 }) => p95 !== null)
    .toSorted(bySlowness)
    .slice(0, SHOWN)

/** The p95 of each endpoint of an API the day before, where there was enough to tell. */
export const usualOf = (api: string, { endpoints }: CalledList): [string, number][] =>
  endpoints.flatMap(({ method, path, requests, p95_latency_ms: p95 }) => (p95 !== null && p95 > 0 && requests >= FEWEST_USUAL ? [[keyOf({ api, method, path }), p95]] : []))

interface SlowestEndpointsProps {
  readonly slowest: readonly Placed[]
  readonly usual: ReadonlyMap<string, number>
}

export function SlowestEndpoints({ slowest, usual }: SlowestEndpointsProps) {
  const { rows, holder } = useHeld(slowest, keyOf)
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
            <td className="right num cell-spacious">
              <Counted one={one} />
            </td>
            <td className="right num">
              {duration(one.p95_latency_ms)} <Usual ms={one.p95_latency_ms ?? 0} usual={usual.get(keyOf(one))} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** How many times its own p95 of the day before. */
function Usual({ ms, usual }: { ms: number; usual: number | undefined }) {
  if (usual === undefined) return null
  return (
    <span className="faint" title={`In the 24 hours before, its p95 was ${duration(usual)}`}>
      {timesText(ms / usual)}
    </span>
  )
}

/** “×3.1 usual”; what is about the same is said to be. */
export const timesText = (times: number): string => (times >= 0.8 && times < 1.25 ? 'as usual' : `×${times < 100 ? decimal(times) : count(Math.round(times))} usual`)

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
