import { useQuery } from '@tanstack/react-query'
import { memo } from 'react'
import { requestsQuery, type ApiRequestEvent, type RequestFilter } from '@/features/apis/api'
import { DASH, duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { NeverHadData } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'
import { HttpStatus } from '@/ui/status'
import { Time } from '@/ui/time'

/** The newest requests, live. */
export function RequestLog({ filter }: { filter: RequestFilter }) {
  const requests = useQuery(requestsQuery(filter))
  return (
    <QueryView query={requests} reserve={240}>
      {(page) =>
        page.events.length > 0 ? (
          <RequestTable requests={page.events} />
        ) : (
          <NeverHadData title="No request has been seen yet">Requests appear here within a second of being answered.</NeverHadData>
        )
      }
    </QueryView>
  )
}

function RequestTable({ requests }: { requests: readonly ApiRequestEvent[] }) {
  return (
    <div className="table-scroll" style={{ maxHeight: 480 }}>
      <table className="table" aria-label="Requests">
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">API</th>
            <th scope="col">Request</th>
            <th scope="col" className="right">
              Latency
            </th>
            <th scope="col">Instance</th>
            <th scope="col">At</th>
          </tr>
        </thead>
        <tbody>
          {requests.map((one) => (
            <RequestRow key={one.id} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const RequestRow = memo(function RequestRow({ one }: { one: ApiRequestEvent }) {
  return (
    <tr className="fresh">
      <td>
        <HttpStatus status={one.status} />
      </td>
      <td>{one.api_name}</td>
      <td className="cell-wide">
        <code>
          {one.method} {one.path}
        </code>
      </td>
      <td className="right num">{duration(one.latency_ms)}</td>
      <td>{one.instance_id ? shortened(one.instance_id) : DASH}</td>
      <td>
        <Time at={one.at} />
      </td>
    </tr>
  )
})
