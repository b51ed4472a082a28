import type { WorkerInstance } from '@/features/workers/api'
import { isLeaving } from '@/features/workers/fleet'

export interface TakenSlots {
  readonly taken: number
  /** Slots that can be given work: those of instances that are there and stay. */
  readonly total: number
  readonly draining: number
  /** Slots that end with the instances that leave: taken still, and given no more. */
  readonly ending: number
  readonly paused: number
  readonly lost: number
}

const inState = (instances: readonly WorkerInstance[], state: WorkerInstance['state']): WorkerInstance[] => instances.filter((one) => one.state === state)

export function takenSlots({ instances }: { readonly instances: readonly WorkerInstance[] }): TakenSlots {
  const all = instances
  const present = all.filter(({ state }) => state !== 'lost')
  return {
    taken: present.reduce((sum, one) => sum + (one.active_jobs ?? 0), 0),
    total: present.reduce((sum, one) => sum + (one.state === 'draining' || one.paused ? (one.active_jobs ?? 0) : (one.concurrency ?? 0)), 0),
    draining: inState(all, 'draining').length,
    ending: inState(all, 'draining').reduce((sum, one) => sum + one.active_jobs, 0),
    paused: all.filter((one) => one.paused && !isLeaving(one)).length,
    lost: inState(all, 'lost').length,
  }
}
