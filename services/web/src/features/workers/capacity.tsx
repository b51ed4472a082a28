import { Link } from '@tanstack/react-router'
import type { WorkerInfo } from '@/features/workers/api'
import { isAtItsMost, isShort } from '@/features/workers/deployments'
import { groupsOf, type FleetGroup } from '@/features/workers/groups'
import { ReadyPods } from '@/features/workers/replicas'
import { Slots } from '@/features/workers/slots'
import { takenSlots } from '@/features/workers/taken-slots'
import { count } from '@/lib/format'
import { Nothing } from '@/ui/nothing'

/** Of each worker group: how much of it is at work. */
export function Capacity({ workers }: { workers: readonly WorkerInfo[] }) {
  if (workers.length === 0)
    return (
      <Nothing
        kind="never"
        title={
          <>
            No worker is there: jobs wait. <Link to="/workers">How to start one</Link>
          </>
        }
      />
    )
  return (
    <table className="table" aria-label="Capacity">
      <tbody>
        {groupsOf(workers).map((group) => (
          <CapacityRow key={group.id} group={group} />
        ))}
      </tbody>
    </table>
  )
}

function CapacityRow({ group }: { group: FleetGroup }) {
  const { taken, total, draining, paused, lost } = takenSlots(group)
  const { deployment } = group
  return (
    <tr>
      <td>
        <Link to="/workers" hash={`worker-${group.id}`}>
          {group.title}
        </Link>
      </td>
      <td className="cell-wide">
        <span className="capacity">
          <Slots taken={taken} total={total} />
          {paused > 0 ? <span className="status status-retrying">{count(paused)} paused</span> : null}
          {draining > 0 ? <span className="status status-retrying">{count(draining)} draining</span> : null}
          {deployment && (isShort(deployment) || isAtItsMost(deployment)) ? (
            <span className="status status-retrying">{isShort(deployment) ? <ReadyPods deployment={deployment} /> : 'scaled to its most'}</span>
          ) : null}
          {lost > 0 ? <span className="status status-failed">{count(lost)} lost</span> : null}
        </span>
      </td>
      <td className="right num">
        {count(taken)} of {count(total)}
      </td>
    </tr>
  )
}
