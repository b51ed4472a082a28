import '@/features/apis/request-panel.css'
import { Link } from '@tanstack/react-router'
import { memo, useRef } from 'react'
import type { ApiRequestEvent } from '@/features/apis/api'
import { placeText } from '@/features/apis/request-place'
import { showing } from '@/features/apis/request-search'
import { TraceJobCount } from '@/features/jobs/trace-job-count'
import { TraceId } from '@/features/traces/trace-link'
import { DASH, duration } from '@/lib/format'
import { shortened } from '@/lib/names'
import { useActions } from '@/ui/actions'
import { useHeld } from '@/ui/held'
import { scaledTo, ScaledBar } from '@/ui/progress-bar'
import { RowGap } from '@/ui/row-gap'
import { closeActions, pickedBy, stepActions, useRowSteps } from '@/ui/row-steps'
import { useRowWindow } from '@/ui/row-window'
import { HttpStatus } from '@/ui/status'
import { Time } from '@/ui/time'

interface RequestTableProps {
  readonly requests: readonly ApiRequestEvent[]
  /** Of one API its name goes without saying. */
  readonly isOfOne: boolean
  /** Their jobs are followed until they are finished. */
  readonly isLive: boolean
  /** The one shown beside it. */
  readonly opened: string | undefined
  readonly onOpen: (place: string | undefined) => void
}

const keyOf = ({ id }: ApiRequestEvent): string => id

/** The log with its keys: `j` `k` move, Enter and a click show a request beside it, Escape closes that. Of many requests those in sight are drawn. */
export function RequestTable({ requests, isOfOne, isLive, opened, onOpen }: RequestTableProps) {
  const box = useRef<HTMLDivElement>(null)
  const { rows, waiting, release, holder } = useHeld(requests, keyOf)
  const { isMany, from, to, abovePx, belowPx, show } = useRowWindow(rows.length, box)
  const steps = useRowSteps(box, 'request', opened, onOpen, { keys: rows.map(placeText), show })
  useActions([
    ...stepActions('request', steps),
    ...closeActions('request', opened, () => {
      onOpen(undefined)
    }),
  ])
  const longest = Math.max(0, ...rows.map(({ latency_ms: ms }) => ms))
  return (
    <div ref={box} className={isMany ? 'table-scroll request-scroll request-many' : 'table-scroll request-scroll'} tabIndex={0} role="region" aria-label="Requests, newest first" {...holder}>
      <button type="button" className="news" data-shown={waiting > 0} onClick={release} tabIndex={waiting > 0 ? 0 : -1}>
        {waiting} new ↑
      </button>
      <table className="table pick-table request-table" aria-label="Requests" aria-rowcount={isMany ? rows.length + 1 : undefined} style={scaledTo(longest)}>
        {isMany ? <Widths isOfOne={isOfOne} /> : null}
        <thead>
          <tr aria-rowindex={isMany ? 1 : undefined}>
            <th scope="col">Status</th>
            {isOfOne ? null : <th scope="col">API</th>}
            <th scope="col">Request</th>
            <th scope="col">Latency</th>
            <th scope="col" data-gives-way>
              Jobs
            </th>
            <th scope="col" data-gives-way>
              Instance
            </th>
            <th scope="col" data-gives-way>
              Trace
            </th>
            <th scope="col">At</th>
          </tr>
        </thead>
        <tbody>
          <RowGap px={abovePx} />
          {rows.slice(from, to).map((one, index) => (
            <RequestRow key={one.id} one={one} rowIndex={isMany ? from + index + 2 : undefined} isOfOne={isOfOne} isLive={isLive} isOpened={opened !== undefined && placeText(one) === opened} onOpen={onOpen} />
          ))}
          <RowGap px={belowPx} />
        </tbody>
      </table>
    </div>
  )
}

/** Where one is in sight, all are as wide. */
function Widths({ isOfOne }: { isOfOne: boolean }) {
  return (
    <colgroup>
      <col style={{ width: 72 }} />
      {isOfOne ? null : <col style={{ width: 120 }} />}
      <col />
      <col style={{ width: 172 }} />
      <col style={{ width: 176 }} data-gives-way />
      <col style={{ width: 150 }} data-gives-way />
      <col style={{ width: 170 }} data-gives-way />
      <col style={{ width: 120 }} />
    </colgroup>
  )
}

interface RequestRowProps {
  readonly one: ApiRequestEvent
  /** Which of all rows it is, the head counted, where not all are drawn. */
  readonly rowIndex: number | undefined
  readonly isOfOne: boolean
  readonly isLive: boolean
  readonly isOpened: boolean
  readonly onOpen: (place: string) => void
}

const RequestRow = memo(function RequestRow({ one, rowIndex, isOfOne, isLive, isOpened, onOpen }: RequestRowProps) {
  const place = placeText(one)
  return (
    <tr
      // Where not all are drawn, one that comes into sight is not new.
      className={rowIndex === undefined ? 'fresh' : undefined}
      data-request={place}
      aria-rowindex={rowIndex}
      tabIndex={-1}
      aria-selected={isOpened}
      {...pickedBy(() => {
        onOpen(place)
      })}
    >
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
        <Link to="." search={(previous) => ({ ...previous, ...showing(place) })} replace resetScroll={false} className="quiet">
          <code>
            {one.method} {one.path}
          </code>
        </Link>
        {one.sampled ? <span className="faint"> · sampled</span> : null}
      </td>
      <td className="num">
        <ScaledBar value={one.latency_ms} text={duration(one.latency_ms)} />
      </td>
      <td className="num request-jobs" data-gives-way>{one.trace_id ? <TraceJobCount traceId={one.trace_id} isLive={isLive} /> : null}</td>
      <td title={one.instance_id} data-gives-way>{one.instance_id ? shortened(one.instance_id) : DASH}</td>
      <td data-gives-way>{one.trace_id ? <TraceId id={one.trace_id} isShort /> : <span className="faint">{DASH}</span>}</td>
      <td>
        <Time at={one.at} />
      </td>
    </tr>
  )
})
