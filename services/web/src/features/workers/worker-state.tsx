import { CircleDashed, CircleDot, CircleStop, CircleX, PauseCircle, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { WorkerInstance } from '@/features/workers/api'
import { isLeaving } from '@/features/workers/fleet'
import { count } from '@/lib/format'
import { Time } from '@/ui/time'

const STATES: Record<WorkerInstance['state'], { word: string; icon: LucideIcon; hue: string }> = {
  starting: { word: 'Starting', icon: CircleDashed, hue: 'pending' },
  active: { word: 'Active', icon: CircleDot, hue: 'complete' },
  draining: { word: 'Draining', icon: CircleStop, hue: 'retrying' },
  lost: { word: 'Lost', icon: CircleX, hue: 'failed' },
}

const PAUSED = { word: 'Paused', icon: PauseCircle, hue: 'retrying' }

type Standing = Pick<WorkerInstance, 'state' | 'paused' | 'asked'>

export function WorkerState({ instance }: { instance: Standing }) {
  const isPaused = instance.paused && !isLeaving(instance)
  const { word, icon: Icon, hue } = isPaused ? PAUSED : STATES[instance.state]
  const awaited = awaitedText(instance)
  return (
    <>
      <span className={`status status-${hue}`}>
        <Icon size={14} aria-hidden />
        {word}
      </span>
      {awaited === null ? null : <span className="faint"> {awaited}</span>}
    </>
  )
}

/** What it was asked and has not done yet: it hears it with its next heartbeat. */
export function awaitedText({ state, paused, asked }: Standing): string | null {
  if (isLeaving({ state })) return null
  if (asked === 'drain') return 'to drain'
  return (asked === 'pause') === paused ? null : paused ? 'to resume' : 'to pause'
}

/** A beat that came in time is no news, and none is sent: who is there was heard within three beats, whatever time was last told. */
export const LastBeat = ({ instance: { state, last_heartbeat: at } }: { instance: WorkerInstance }) => (state === 'lost' ? <Time at={at} /> : <span className="faint">in time</span>)

/** How often its container came back, and why it went: the reason is said, not hidden behind a pointer. */
export function Restarts({ instance: { pod } }: { instance: WorkerInstance }) {
  if (!pod?.restarts) return <>{count(pod?.restarts)}</>
  return (
    <span className="status status-failed">
      <TriangleAlert size={12} aria-hidden />
      {count(pod.restarts)} {pod.last_restart_reason}
    </span>
  )
}
