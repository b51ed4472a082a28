import type { ApiEndpoint } from '@/features/apis/api'
import { count, decimal, duration, percent } from '@/lib/format'
import { Time } from '@/ui/time'

export function EndpointTable({ endpoints }: { endpoints: readonly ApiEndpoint[] }) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Endpoints">
        <thead>
          <tr>
            <th scope="col">Endpoint</th>
            <th scope="col" className="right">
              Requests/min
            </th>
            <th scope="col" className="right">
              24 h
            </th>
            <th scope="col" className="right">
              p50
            </th>
            <th scope="col" className="right">
              p95
            </th>
            <th scope="col" className="right">
              p99
            </th>
            <th scope="col" className="right">
              4xx
            </th>
            <th scope="col" className="right">
              5xx
            </th>
            <th scope="col" className="right">
              Errors
            </th>
            <th scope="col">Last request</th>
          </tr>
        </thead>
        <tbody>
          {endpoints.map((one) => (
            <tr key={`${one.method} ${one.path}`}>
              <td>
                <code>
                  {one.method} {one.path}
                </code>
              </td>
              <td className="right num">{decimal(one.requests_per_min)}</td>
              <td className="right num">{count(one.requests_24h)}</td>
              <td className="right num">{duration(one.p50_latency_ms)}</td>
              <td className="right num">{duration(one.p95_latency_ms)}</td>
              <td className="right num">{duration(one.p99_latency_ms)}</td>
              <td className="right num">{count(one.status_4xx)}</td>
              <td className="right num">{count(one.status_5xx)}</td>
              <td className="right num">{percent(one.error_rate)}</td>
              <td>
                <Time at={one.last_request_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
