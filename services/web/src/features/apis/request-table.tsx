import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { ApiRequestEvent } from '@/features/apis/api'
import { TraceId } from '@/features/traces/trace-link'
import { DASH, duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { useHeld } from '@/ui/held'
import { scaledTo, ScaledBar } from '@/ui/progress-bar'
import { HttpStatus } from '@/ui/status'
import { Time } from '@/ui/time'

interface RequestTableProps {
  readonly requests: readonly ApiRequestEvent[]
  /** Of one API its name goes without saying. */
  readonly isOfOne: boolean
}

const keyOf = ({ id }: ApiRequestEvent): string => id

export function RequestTable({ requests, isOfOne }: RequestTableProps) {
  const { rows, waiting, release, holder } = useHeld(requests, keyOf)
  const longest = Math.max(0, ...rows.map(({ latency_ms: ms }) => ms))
  return (
    <div className="table-scroll" style={{ maxHeight: 520 }} tabIndex={0} role="region" aria-label="Requests, newest first" {...holder}>
      <button type="button" className="news" data-shown={waiting > 0} onClick={release} tabIndex={waiting > 0 ? 0 : -1}>
        {waiting} new ↑
      </button>
      <table className="table" aria-label="Requests" style={scaledTo(longest)}>
        <thead>
          <tr>
            <th scope="col">Status</th>
            {isOfOne ? null : <th scope="col">API</th>}
            <th scope="col">Request</th>
            <th scope="col">Latency</th>
            <th scope="col">Instance</th>
            <th scope="col">Trace</th>
            <th scope="col">At</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <RequestRow key={one.id} one={one} isOfOne={isOfOne} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RequestRowProps {
  readonly one: ApiRequestEvent
  readonly isOfOne: boolean
}

const RequestRow = memo(function RequestRow({ one, isOfOne }: RequestRowProps) {
  return (
    <tr className="fresh">
      <td>
        <HttpStatus status={one.status} />
      </td>
      {isOfOne ? null : (
        <td>
          <Link to="/apis/$name" params={{ name: one.api_name }}>
            {one.api_name}
          </Link>
        </td>
      )}
      <td className="cell-wide">
        <Link to="/apis/$name" params={{ name: one.api_name }} search={{ method: one.method, path: one.path }} className="quiet">
          <code>
            {one.method} {one.path}
          </code>
        </Link>
        {one.sampled ? <span className="faint"> · sampled</span> : null}
      </td>
      <td className="num">
        <ScaledBar value={one.latency_ms} text={duration(one.latency_ms)} />
      </td>
      <td title={one.instance_id}>{one.instance_id ? shortened(one.instance_id) : DASH}</td>
      <td>{one.trace_id ? <TraceId id={one.trace_id} isShort /> : <span className="faint">{DASH}</span>}</td>
      <td>
        <Time at={one.at} />
      </td>
    </tr>
  )
})
