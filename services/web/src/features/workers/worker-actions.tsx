import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleStop, Pause, Play, Skull } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { JobLines } from '@/features/jobs/job-lines'
import { drainWorker, heldJobsQuery, killQuery, killWorker, pauseWorker, resumeWorker, workersQuery, type WorkerInstance } from '@/features/workers/api'
import { isLeaving } from '@/features/workers/fleet'
import { count } from '@/lib/format'
import { LIVE } from '@/lib/range'
import { ActionButton } from '@/ui/action-button'
import { useActions } from '@/ui/actions'
import { Dialog } from '@/ui/dialog'
import { QueryView } from '@/ui/query-view'

const PAUSE = { id: 'worker-pause', label: 'Pause this worker', group: 'Worker' }
const RESUME = { id: 'worker-resume', label: 'Resume this worker', group: 'Worker' }
const KILL = { id: 'worker-kill', label: 'Kill this worker', group: 'Worker' }
const DRAIN = { id: 'worker-drain', label: 'Drain this worker', group: 'Worker' }

/** What may be asked of a worker that is there, which hears it with its next heartbeat; and the end of its pod, whether it listens or not. */
export function WorkerActions({ instance }: { instance: WorkerInstance }) {
  const client = useQueryClient()
  const refresh = (): void => {
    void client.invalidateQueries(workersQuery())
  }
  return (
    <div className="worker-actions">
      {isLeaving(instance) ? null : <Asks instance={instance} onDone={refresh} />}
      <Kill instance={instance} onDone={refresh} />
    </div>
  )
}

interface ActsProps {
  readonly instance: WorkerInstance
  readonly onDone: () => void
}

function Asks({ instance, onDone }: ActsProps) {
  return (
    <>
      {instance.asked === null ? (
        <ActionButton offer={PAUSE} act={() => pauseWorker(instance.id)} onDone={onDone}>
          <Pause size={14} aria-hidden />
          Pause
        </ActionButton>
      ) : (
        <ActionButton offer={RESUME} tone="primary" act={() => resumeWorker(instance.id)} onDone={onDone}>
          <Play size={14} aria-hidden />
          {instance.asked === 'pause' ? 'Resume' : 'Do not drain'}
        </ActionButton>
      )}
      {instance.asked === 'drain' ? null : <Drain instance={instance} onDone={onDone} />}
    </>
  )
}

function Drain({ instance, onDone }: ActsProps) {
  return (
    <Confirmed
      offer={DRAIN}
      label={
        <>
          <CircleStop size={14} aria-hidden />
          Drain…
        </>
      }
      title={`Drain ${nameOf(instance)}?`}
      yes="Drain it"
      act={() => drainWorker(instance.id)}
      onDone={onDone}
    >
      <p>
        It takes no more jobs, ends {jobsText(instance.active_jobs)} and leaves; what does not end within its drain time goes back to the queue and loses no retry.{' '}
        Who keeps it running, {instance.pod ? 'here Kubernetes' : 'as Kubernetes does'}, then starts it anew.
      </p>
    </Confirmed>
  )
}

/** Where it cannot be killed no button says that it can, but why not. */
function Kill({ instance, onDone }: ActsProps) {
  const kill = useQuery(killQuery(instance)).data
  if (kill === undefined) return null
  return kill.possible ? <KillPod instance={instance} onDone={onDone} /> : <span className="faint why-not">{kill.detail}</span>
}

function KillPod({ instance, onDone }: ActsProps) {
  return (
    <Confirmed
      offer={KILL}
      tone="danger"
      label={
        <>
          <Skull size={14} aria-hidden />
          Kill…
        </>
      }
      title={`Kill ${nameOf(instance)}?`}
      yes="Kill it"
      act={() => killWorker(instance.id)}
      onDone={onDone}
    >
      <p>Kubernetes ends its pod within a second, and nothing it runs is brought to an end; what the pod belongs to makes another.</p>
      <LeasedAgain id={instance.id} />
    </Confirmed>
  )
}

interface ConfirmedProps extends Pick<ActsProps, 'onDone'> {
  readonly offer: typeof DRAIN
  readonly tone?: 'danger'
  readonly label: ReactNode
  readonly title: string
  /** What the button says that does it. */
  readonly yes: string
  readonly act: () => Promise<unknown>
  /** What it comes to; nothing of it is read before it is asked. */
  readonly children: ReactNode
}

/** A button, and the palette's entry, that ask before they act. */
function Confirmed({ offer, tone, label, title, yes, act, onDone, children }: ConfirmedProps) {
  const [isAsked, setAsked] = useState(false)
  const ask = (): void => {
    setAsked(true)
  }
  const close = (): void => {
    setAsked(false)
  }
  useActions([{ ...offer, run: ask }])
  return (
    <>
      <button type="button" className="button" data-tone={tone} onClick={ask}>
        {label}
      </button>
      <Dialog title={title} open={isAsked} onClose={close}>
        {children}
        <div className="bulk bulk-asked">
          <ActionButton
            offer={null}
            tone="danger"
            act={act}
            onDone={() => {
              close()
              onDone()
            }}
          >
            {yes}
          </ActionButton>
          <button type="button" className="button" onClick={close}>
            Keep it
          </button>
        </div>
      </Dialog>
    </>
  )
}

const nameOf = ({ id, pod }: WorkerInstance): string => pod?.name ?? id

/** The jobs that a kill interrupts, by name. */
function LeasedAgain({ id }: { id: string }) {
  const held = useQuery(heldJobsQuery(id))
  return (
    <QueryView query={held} reserve={64}>
      {({ jobs, total }) =>
        total === 0 ? (
          <p className="faint">It runs no job now.</p>
        ) : (
          <>
            <p>{total === 1 ? 'This job goes to another worker when its lease ends:' : `These ${count(total)} jobs go to another worker when their leases end:`}</p>
            <div className="leased-again">
              <JobLines jobs={jobs} label="Jobs that go to another worker" />
            </div>
            {total > jobs.length ? (
              <p>
                <Link to="/jobs" search={{ worker_id: id, status: ['active'], ...LIVE }}>
                  All {count(total)}
                </Link>
              </p>
            ) : null}
          </>
        )
      }
    </QueryView>
  )
}

const jobsText = (active: number): string => (active === 0 ? 'nothing, as it runs nothing,' : active === 1 ? 'the job it runs' : `the ${count(active)} jobs it runs`)
