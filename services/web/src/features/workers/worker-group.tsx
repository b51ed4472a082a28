import '@/features/workers/workers.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'
import { activityQuery, type WorkerInfo, type WorkerInstance } from '@/features/workers/api'
import { deploymentsOf } from '@/features/workers/deployments'
import { byConcern, versionsOf } from '@/features/workers/fleet'
import { InHand, LeftBehind } from '@/features/workers/in-hand'
import { Replicas } from '@/features/workers/replicas'
import { stillInHand } from '@/features/workers/running'
import { Slots } from '@/features/workers/slots'
import { takenSlots } from '@/features/workers/taken-slots'
import { Cpu, LoopLag, Memory } from '@/features/workers/usage-figures'
import { Restarts, WorkerState } from '@/features/workers/worker-state'
import { count, DASH } from '@/lib/format'
import { useHeld } from '@/ui/held'
import { Panel } from '@/ui/panel'
import { pickedBy } from '@/ui/row-steps'
import { Sparkline } from '@/ui/sparkline'
import { Time } from '@/ui/time'

interface WorkerGroupProps {
  readonly worker: WorkerInfo
  readonly running: ReadonlyMap<string, readonly Job[]>
  /** The instance shown beside. */
  readonly opened: string | undefined
  readonly onOpen: (id: string) => void
}

const keyOf = ({ id }: WorkerInstance): string => id

export function WorkerGroup({ worker, running, opened, onOpen }: WorkerGroupProps) {
  const { taken, total } = takenSlots(worker)
  const columns = { pods: worker.instances.some(({ pod }) => pod !== null), versions: versionsOf(worker).length > 1 }
  const { rows, holder } = useHeld(byConcern(worker.instances ?? []), keyOf)
  return (
    <div id={`worker-${worker.name}`}>
      <Panel
        title={worker.name}
        aside={
          <span className="num group-slots">
            <LastHour name={worker.name} />
            <Slots taken={taken} total={total} /> {count(taken)} of {count(total)} slots
          </span>
        }
      >
        <GroupHead worker={worker} />
        <div className="table-scroll">
          <table className="table pick-table instance-table" aria-label={`Instances of ${worker.name}`}>
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
                {columns.versions ? (
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
function LastHour({ name }: { name: string }) {
  const taken = useQuery(activityQuery()).data?.slots_taken[name] ?? []
  return (
    <span className="last-hour" title="Slots taken in the last hour">
      <Sparkline values={taken} />
    </span>
  )
}

function GroupHead({ worker }: { worker: WorkerInfo }) {
  const { draining, paused, lost } = takenSlots(worker)
  const versions = versionsOf(worker)
  return (
    <p className="group-head">
      <span className="faint">
        Offers{' '}
        {worker.functions?.length
          ? worker.functions.map((key, index) => (
              <span key={key}>
                {index > 0 ? ', ' : ''}
                <Link to="/functions/$name" params={{ name: key }}>
                  {worker.function_names?.[key] ?? key}
                </Link>
              </span>
            ))
          : 'no function'}
      </span>
      {deploymentsOf(worker).map((deployment) => (
        <Replicas key={deployment.key} deployment={deployment} />
      ))}
      {versions.length === 1 ? <span className="faint">Version {versions[0]?.version}</span> : null}
      {versions.length > 1 ? <span className="status status-retrying">Rolling over: {versions.map(({ version, count: n }) => `${version} ×${count(n)}`).join(', ')}</span> : null}
      {paused > 0 ? <span className="status status-retrying">{count(paused)} paused</span> : null}
      {draining > 0 ? <span className="status status-retrying">{count(draining)} draining</span> : null}
      {lost > 0 ? <span className="status status-failed">{count(lost)} lost</span> : null}
    </p>
  )
}

/** What is the same of all instances, or unknown of all, is no column. */
interface Columns {
  readonly pods: boolean
  readonly versions: boolean
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
      {columns.versions ? <td data-gives-way>{instance.version ?? DASH}</td> : null}
      <td data-gives-way>
        <Time at={instance.started_at} />
      </td>
    </tr>
  )
}
