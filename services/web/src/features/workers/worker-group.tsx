import { CircleDot, CircleDashed, CircleX, PauseCircle, type LucideIcon } from 'lucide-react'
import type { WorkerInfo, WorkerInstance } from '@/features/workers/api'
import { Slots } from '@/features/workers/slots'
import { takenSlots } from '@/features/workers/taken-slots'
import { count, DASH } from '@/lib/format'
import { Panel } from '@/ui/panel'
import { Time } from '@/ui/time'

export function WorkerGroup({ worker }: { worker: WorkerInfo }) {
  const instances = worker.instances ?? []
  const { taken, total } = takenSlots(worker)
  return (
    <Panel
      title={worker.name}
      aside={
        <span className="num">
          <Slots taken={taken} total={total} /> {count(taken)} of {count(total)} slots
        </span>
      }
    >
      <p className="group-head faint">Offers {functionsOf(worker)}</p>
      <div className="table-scroll">
        <table className="table" aria-label={`Instances of ${worker.name}`}>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Instance</th>
              <th scope="col">Slots</th>
              <th scope="col" className="right">
                Done
              </th>
              <th scope="col" className="right">
                Failed
              </th>
              <th scope="col">Pod</th>
              <th scope="col">Node</th>
              <th scope="col" className="right">
                Restarts
              </th>
              <th scope="col">Version</th>
              <th scope="col">Started</th>
              <th scope="col">Last beat</th>
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <InstanceRow key={instance.id} instance={instance} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

const functionsOf = (worker: WorkerInfo): string =>
  worker.functions?.length ? worker.functions.map((key) => worker.function_names?.[key] ?? key).join(', ') : 'no function'

function InstanceRow({ instance }: { instance: WorkerInstance }) {
  return (
    <tr>
      <td>
        <WorkerState state={instance.state} />
      </td>
      <td title={instance.id}>
        <code>{instance.id}</code>
      </td>
      <td className="num">
        <Slots taken={instance.active_jobs ?? 0} total={instance.concurrency ?? 0} /> {count(instance.active_jobs)} of {count(instance.concurrency)}
      </td>
      <td className="right num">{count(instance.jobs_processed)}</td>
      <td className="right num">{count(instance.jobs_failed)}</td>
      <td>{instance.pod?.name ?? instance.hostname ?? DASH}</td>
      <td>{instance.pod?.node ?? DASH}</td>
      <td className="right num" title={instance.pod?.last_restart_reason ?? undefined}>
        {count(instance.pod?.restarts)}
      </td>
      <td>{instance.version ?? DASH}</td>
      <td>
        <Time at={instance.started_at} />
      </td>
      <td>
        <Time at={instance.last_heartbeat} />
      </td>
    </tr>
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
