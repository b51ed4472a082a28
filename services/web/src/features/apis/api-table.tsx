import { Link } from '@tanstack/react-router'
import type { ApiInfo } from '@/features/apis/api'
import { count, decimal, duration, percent } from '@/lib/format'

export function ApiTable({ apis }: { apis: readonly ApiInfo[] }) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="APIs">
        <thead>
          <tr>
            <th scope="col">API</th>
            <th scope="col" className="right">
              Requests/min
            </th>
            <th scope="col" className="right">
              Requests 24 h
            </th>
            <th scope="col" className="right">
              Errors
            </th>
            <th scope="col" className="right">
              Latency avg
            </th>
            <th scope="col" className="right">
              Endpoints
            </th>
            <th scope="col" className="right">
              Instances
            </th>
          </tr>
        </thead>
        <tbody>
          {apis.map((api) => (
            <tr key={api.name}>
              <td>
                <Link to="/apis/$name" params={{ name: api.name }}>
                  {api.name}
                </Link>
                {api.active === false ? <span className="faint"> · silent</span> : null}
              </td>
              <td className="right num">{decimal(api.requests_per_min)}</td>
              <td className="right num">{count(api.requests_24h)}</td>
              <td className="right num">{percent(api.error_rate)}</td>
              <td className="right num">{duration(api.avg_latency_ms)}</td>
              <td className="right num">{count(api.endpoint_count)}</td>
              <td className="right num">{count(api.instance_count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
