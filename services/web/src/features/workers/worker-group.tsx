import { Link } from '@tanstack/react-router'
import { CircleDashed, CircleDot, CircleX, PauseCircle, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { Job } from '@/features/jobs/api'
import type { WorkerInfo, WorkerInstance } from '@/features/workers/api'
import { byConcern, versionsOf } from '@/features/workers/fleet'
import { InHand, LeftBehind } from '@/features/workers/in-hand'
import { stillInHand } from '@/features/workers/running'
import { Slots } from '@/features/workers/slots'
import { takenSlots } from '@/features/workers/taken-slots'
import { count, DASH } from '@/lib/format'
import { useHeld } from '@/ui/held'
import { Panel } from '@/ui/panel'
import { Time } from '@/ui/time'

interface WorkerGroupProps {
  readonly worker: WorkerInfo
  readonly running: ReadonlyMap<string, readonly Job[]>
}

const keyOf = ({ id }: WorkerInstance): string => id

export function WorkerGroup({ worker, running }: WorkerGroupProps) {
  const { taken, total } = takenSlots(worker)
  const { rows, holder } = useHeld(byConcern(worker.instances ?? []), keyOf)
  return (
    <div id={`worker-${worker.name}`}>
      <Panel
        title={worker.name}
        aside={
          <span className="num">
            <Slots taken={taken} total={total} /> {count(taken)} of {count(total)} slots
          </span>
        }
      >
        <GroupHead worker={worker} />
        <div className="table-scroll">
          <table className="table" aria-label={`Instances of ${worker.name}`}>
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Instance</th>
                <th scope="col">Slots</th>
                <th scope="col">At work on</th>
                <th scope="col" className="right">
                  Done
                </th>
                <th scope="col" className="right">
                  Failed attempts
                </th>
                <th scope="col">Node</th>
                <th scope="col">Restarts</th>
                <th scope="col">Version</th>
                <th scope="col">Started</th>
                <th scope="col">Last beat</th>
              </tr>
            </thead>
            <tbody {...holder}>
              {rows.map((instance) => (
                <InstanceRow key={instance.id} instance={instance} jobs={running.get(instance.id) ?? []} />
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  )
}

function GroupHead({ worker }: { worker: WorkerInfo }) {
  const { draining, lost } = takenSlots(worker)
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
      {versions.length > 1 ? <span className="status status-retrying">Rolling over: {versions.map(({ version, count: n }) => `${version} ×${count(n)}`).join(', ')}</span> : null}
      {draining > 0 ? <span className="status status-retrying">{count(draining)} draining</span> : null}
      {lost > 0 ? <span className="status status-failed">{count(lost)} lost</span> : null}
    </p>
  )
}

function InstanceRow({ instance, jobs }: { instance: WorkerInstance; jobs: readonly Job[] }) {
  const isLost = instance.state === 'lost'
  const inHand = stillInHand(instance, jobs)
  return (
    <tr>
      <td>
        <WorkerState state={instance.state} />
      </td>
      <td title={instance.pod?.image ?? instance.hostname ?? undefined}>
        <code>{instance.pod?.name ?? instance.id}</code>
      </td>
      <td className="num">
        <Slots taken={isLost ? 0 : (instance.active_jobs ?? 0)} total={instance.concurrency ?? 0} jobs={inHand} />{' '}
        {isLost ? <span className="faint">had {count(instance.active_jobs)}</span> : `${count(instance.active_jobs)} of ${count(instance.concurrency)}`}
      </td>
      <td className="cell-wide">{isLost ? <LeftBehind workerId={instance.id} /> : <InHand workerId={instance.id} active={instance.active_jobs ?? 0} jobs={inHand} />}</td>
      <td className="right num">
        <Link to="/jobs" search={{ worker_id: instance.id }}>
          {count(instance.jobs_processed)}
        </Link>
      </td>
      <td className="right num">
        <span className={instance.jobs_failed ? 'status-failed' : undefined}>{count(instance.jobs_failed)}</span>
      </td>
      <td>{instance.pod?.node ?? DASH}</td>
      <td className="num">
        <Restarts instance={instance} />
      </td>
      <td>{instance.version ?? DASH}</td>
      <td>
        <Time at={instance.started_at} />
      </td>
      <td>
        <LastBeat instance={instance} />
      </td>
    </tr>
  )
}

/** A beat that came in time is no news, and none is sent: who is there was heard within three beats, whatever time was last told. */
const LastBeat = ({ instance: { state, last_heartbeat: at } }: { instance: WorkerInstance }) => (state === 'lost' ? <Time at={at} /> : <span className="faint">in time</span>)

/** How often its container came back, and why it went: the reason is said, not hidden behind a pointer. */
function Restarts({ instance: { pod } }: { instance: WorkerInstance }) {
  if (!pod?.restarts) return <>{count(pod?.restarts)}</>
  return (
    <span className="status status-failed">
      <TriangleAlert size={12} aria-hidden />
      {count(pod.restarts)} {pod.last_restart_reason}
    </span>
  )
}

const STATES: Record<WorkerInstance['state'], { word: string; icon: LucideIcon; hue: string }> = {
  starting: { word: 'Starting', icon: CircleDashed, hue: 'pending' },
  active: { word: 'Active', icon: CircleDot, hue: 'complete' },
  draining: { word: 'Draining', icon: PauseCircle, hue: 'retrying' },
  lost: { word: 'Lost', icon: CircleX, hue: 'failed' },
}

function WorkerState({ state }: { state: WorkerInstance['state'] }) {
  const { word, icon: Icon, hue } = STATES[state]
  return (
    <span className={`status status-${hue}`}>
      <Icon size={14} aria-hidden />
      {word}
    </span>
  )
}
