// What a group of instances says as a whole.
import type { WorkerInstance } from '@/features/workers/api'

const ORDER: Readonly<Record<WorkerInstance['state'], number>> = { lost: 0, draining: 1, starting: 2, active: 3 }

/** Room is for what is wrong: the lost first, then those that leave, those that come, those that are there. */
export const byConcern = (instances: readonly WorkerInstance[]): WorkerInstance[] => instances.toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || a.id.localeCompare(b.id))

/** Nothing can be asked of it any more. */
export const isLeaving = ({ state }: Pick<WorkerInstance, 'state'>): boolean => state === 'draining' || state === 'lost'
