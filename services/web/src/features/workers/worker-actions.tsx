import { useQueryClient } from '@tanstack/react-query'
import { CircleStop, Pause, Play } from 'lucide-react'
import { useState } from 'react'
import { drainWorker, pauseWorker, resumeWorker, workersQuery, type WorkerInstance } from '@/features/workers/api'
import { isLeaving } from '@/features/workers/fleet'
import { count } from '@/lib/format'
import { ActionButton } from '@/ui/action-button'
import { useActions } from '@/ui/actions'
import { Dialog } from '@/ui/dialog'

const PAUSE = { id: 'worker-pause', label: 'Pause this worker', group: 'Worker' }
const RESUME = { id: 'worker-resume', label: 'Resume this worker', group: 'Worker' }
const DRAIN = { id: 'worker-drain', label: 'Drain this worker', group: 'Worker' }

/** What may be asked of a worker that is there; it hears it with its next heartbeat. */
export function WorkerActions({ instance }: { instance: WorkerInstance }) {
  const client = useQueryClient()
  const refresh = (): void => {
    void client.invalidateQueries(workersQuery())
  }
  if (isLeaving(instance)) return null
  return (
    <div className="worker-actions">
      {instance.asked === null ? (
        <ActionButton offer={PAUSE} act={() => pauseWorker(instance.id)} onDone={refresh}>
          <Pause size={14} aria-hidden />
          Pause
        </ActionButton>
      ) : (
        <ActionButton offer={RESUME} tone="primary" act={() => resumeWorker(instance.id)} onDone={refresh}>
          <Play size={14} aria-hidden />
          {instance.asked === 'pause' ? 'Resume' : 'Do not drain'}
        </ActionButton>
      )}
      {instance.asked === 'drain' ? null : <Drain instance={instance} onDone={refresh} />}
    </div>
  )
}

function Drain({ instance, onDone }: { instance: WorkerInstance; onDone: () => void }) {
  const [isAsked, setAsked] = useState(false)
  const ask = (): void => {
    setAsked(true)
  }
  const close = (): void => {
    setAsked(false)
  }
  useActions([{ ...DRAIN, run: ask }])
  return (
    <>
      <button type="button" className="button" onClick={ask}>
        <CircleStop size={14} aria-hidden />
        Drain…
      </button>
      <Dialog title={`Drain ${instance.pod?.name ?? instance.id}?`} open={isAsked} onClose={close}>
        <p>
          It takes no more jobs, ends {jobsText(instance.active_jobs)} and leaves; what does not end within its drain time goes back to the queue and loses no retry.{' '}
          Who keeps it running, {instance.pod ? 'here Kubernetes' : 'as Kubernetes does'}, then starts it anew.
        </p>
        <div className="bulk bulk-asked">
          <ActionButton
            offer={null}
            tone="danger"
            act={() => drainWorker(instance.id)}
            onDone={() => {
              close()
              onDone()
            }}
          >
            Drain it
          </ActionButton>
          <button type="button" className="button" onClick={close}>
            Keep it
          </button>
        </div>
      </Dialog>
    </>
  )
}

const jobsText = (active: number): string => (active === 0 ? 'nothing, as it runs nothing,' : active === 1 ? 'the job it runs' : `the ${count(active)} jobs it runs`)
