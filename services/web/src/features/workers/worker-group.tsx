import '@/features/workers/workers.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'
import { activityQuery, lossesQuery, type WorkerInstance } from '@/features/workers/api'
import { byConcern } from '@/features/workers/fleet'
import { useHue } from '@/features/workers/function-hue'
import type { FleetGroup } from '@/features/workers/groups'
import { InHand, LeftBehind } from '@/features/workers/in-hand'
import { lostLately } from '@/features/workers/losses'
import { Replicas } from '@/features/workers/replicas'
import { stillInHand } from '@/features/workers/running'
import { Slots } from '@/features/workers/slots'
import { takenSlots } from '@/features/workers/taken-slots'
import { Cpu, LoopLag, Memory } from '@/features/workers/usage-figures'
import { Restarts, WorkerState } from '@/features/workers/worker-state'
import { useNow } from '@/lib/clock'
import { count, DASH } from '@/lib/format'
import { newestOf, versionsOf } from '@/lib/versions'
import { useHeld } from '@/ui/held'
import { Panel } from '@/ui/panel'
import { pickedBy } from '@/ui/row-steps'
import { Sparkline } from '@/ui/sparkline'
import { Time } from '@/ui/time'
import { VersionName, Versions } from '@/ui/versions'

interface WorkerGroupProps {
  readonly group: FleetGroup
  readonly running: ReadonlyMap<string, readonly Job[]>
  /** The instance shown beside. */
  readonly opened: string | undefined
  readonly onOpen: (id: string) => void
}

const keyOf = ({ id }: WorkerInstance): string => id

export function WorkerGroup({ group, running, opened, onOpen }: WorkerGroupProps) {
  const { taken, total } = takenSlots(group)
  const columns = { pods: group.instances.some(({ pod }) => pod !== null), newest: versionsOf(group).length > 1 ? newestOf(group.instances) : null }
  const { rows, holder } = useHeld(byConcern(group.instances), keyOf)
  return (
    <div id={`worker-${group.id}`}>
      {/* Whoever looks for a worker by its name finds it, whatever it is shown under. */}
      {group.names.filter((name) => name !== group.id).map((name) => (
        <span key={name} id={`worker-${name}`} />
      ))}
      <Panel
        title={group.title}
        aside={
          <span className="num group-slots">
            {group.isWhole ? <LastHour names={group.names} /> : null}
            <Slots taken={taken} total={total} /> {count(taken)} of {count(total)} slots
          </span>
        }
      >
        <GroupHead group={group} />
        <div className="table-scroll">
          <table className="table pick-table instance-table" aria-label={`Instances of ${group.title}`}>
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Instance</th>
                <th scope="col">Slots</th>
                <th scope="col">At work on</th>
                <th scope="col" className="right" data-gives-way>
                  CPU
                </th>
                <th scope="col" className="right" data-gives-way>
                  Memory
                </th>
                <th scope="col" className="right" data-gives-way title="How late the loop of its async functions was at worst since its last beat">
                  Loop lag
                </th>
                <th scope="col" className="right" data-gives-way>
                  Done
                </th>
                {columns.pods ? (
                  <>
                    <th scope="col" data-gives-way>
                      Node
                    </th>
                    <th scope="col" data-gives-way>
                      Restarts
                    </th>
                  </>
                ) : null}
                {columns.newest !== null ? (
                  <th scope="col" data-gives-way>
                    Version
                  </th>
                ) : null}
                <th scope="col" data-gives-way>
                  Started
                </th>
              </tr>
            </thead>
            <tbody {...holder}>
              {rows.map((instance) => (
                <InstanceRow key={instance.id} instance={instance} columns={columns} jobs={running.get(instance.id) ?? []} isOpened={instance.id === opened} onOpen={onOpen} />
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  )
}

/** Slots taken, minute by minute; its room is there before it is read. */
function LastHour({ names }: { names: readonly string[] }) {
  const told = useQuery(activityQuery()).data?.slots_taken
  return (
    <span className="last-hour" title="Slots taken in the last hour">
      <Sparkline values={addedUp(names.flatMap((name) => (told?.[name] ? [told[name]] : [])))} />
    </span>
  )
}

/** Of several names minute by minute; where nothing is known of any, nothing is known. */
export const addedUp = (all: readonly (readonly (number | null)[])[]): (number | null)[] =>
  (all[0] ?? []).map((_, at) => all.reduce<number | null>((sum, one) => (one[at] === null || one[at] === undefined ? sum : (sum ?? 0) + one[at]), null))

function GroupHead({ group }: { group: FleetGroup }) {
  const hue = useHue()
  const { draining, ending, paused, lost } = takenSlots(group)
  const { title, names, functions, deployment, instances } = group
  return (
    <p className="group-head">
      {names.length === 1 && names[0] === title ? null : <span className="faint">Workers {names.join(', ')}</span>}
      <span className="faint">
        Offers{' '}
        {functions.length > 0
          ? functions.map(({ key, name }, index) => (
              <span key={key}>
                {index > 0 ? ', ' : ''}
                <i className="hue-mark" style={{ '--slot': hue(key) }} aria-hidden />
                <Link to="/functions/$name" params={{ name: key }}>
                  {name}
                </Link>
              </span>
            ))
          : 'no function'}
      </span>
      {deployment ? <Replicas deployment={deployment} /> : null}
      <Versions instances={instances} />
      {paused > 0 ? <span className="status status-retrying">{count(paused)} paused</span> : null}
      {draining > 0 ? (
        <span className="status status-retrying">
          {count(draining)} draining{ending > 0 ? `, ${count(ending)} ${ending === 1 ? 'slot' : 'slots'} still taken` : ''}
        </span>
      ) : null}
      {lost > 0 ? <span className="status status-failed">{count(lost)} lost</span> : null}
      <LostLately names={names} besides={lost} />
    </p>
  )
}

/** Those who left the list since, too; said where they are more than are still on it. */
function LostLately({ names, besides }: { names: readonly string[]; besides: number }) {
  const now = useNow()
  const { data } = useQuery(lossesQuery())
  const many = data ? lostLately(data.losses, names, now) : 0
  return many > besides ? (
    <Link to="." search={(previous) => previous} hash="losses" className="status status-failed">
      {count(many)} lost in the last hour
    </Link>
  ) : null
}

/** What is the same of all instances, or unknown of all, is no column. */
interface Columns {
  readonly pods: boolean
  /** The version that comes, while one goes. */
  readonly newest: string | null
}

interface InstanceRowProps {
  readonly instance: WorkerInstance
  readonly columns: Columns
  readonly jobs: readonly Job[]
  readonly isOpened: boolean
  readonly onOpen: (id: string) => void
}

function InstanceRow({ instance, columns, jobs, isOpened, onOpen }: InstanceRowProps) {
  const isLost = instance.state === 'lost'
  const inHand = stillInHand(instance, jobs)
  return (
    <tr
      data-worker={instance.id}
      tabIndex={-1}
      aria-selected={isOpened}
      {...pickedBy(() => {
        onOpen(instance.id)
      })}
    >
      <td>
        <WorkerState instance={instance} /> {isLost ? <Time at={instance.last_heartbeat} /> : null}
      </td>
      <td title={instance.pod?.image ?? instance.hostname ?? undefined}>
        <Link to="." search={(previous) => ({ ...previous, worker: instance.id })} replace resetScroll={false} className="quiet">
          <code>{instance.pod?.name ?? instance.id}</code>
        </Link>
      </td>
      <td className="num">
        <Slots taken={isLost ? 0 : (instance.active_jobs ?? 0)} total={instance.concurrency ?? 0} jobs={inHand} label={`Slots of ${instance.id}`} />{' '}
        {isLost ? <span className="faint">had {count(instance.active_jobs)}</span> : `${count(instance.active_jobs)} of ${count(instance.concurrency)}`}
      </td>
      <td className="cell-wide">{isLost ? <LeftBehind workerId={instance.id} /> : <InHand workerId={instance.id} active={instance.active_jobs ?? 0} jobs={inHand} />}</td>
      <td className="right num" data-gives-way>
        <Cpu instance={instance} />
      </td>
      <td className="right num" data-gives-way>
        <Memory instance={instance} />
      </td>
      <td className="right num" data-gives-way>
        <LoopLag instance={instance} />
      </td>
      <td className="right num" data-gives-way>
        <Link to="/jobs" search={{ worker_id: instance.id }}>
          {count(instance.jobs_processed)}
        </Link>
        {instance.jobs_failed > 0 ? <span className="status-failed"> {count(instance.jobs_failed)} failed</span> : null}
      </td>
      {columns.pods ? (
        <>
          <td data-gives-way>{instance.pod?.node ?? DASH}</td>
          <td className="num" data-gives-way>
            <Restarts instance={instance} />
          </td>
        </>
      ) : null}
      {columns.newest === null ? null : (
        <td data-gives-way>{instance.version === null ? DASH : <VersionName version={instance.version} isNew={instance.version === columns.newest} />}</td>
      )}
      <td data-gives-way>
        <Time at={instance.started_at} />
      </td>
    </tr>
  )
}
