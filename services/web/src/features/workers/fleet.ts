// What a group of instances says as a whole.
import type { WorkerInstance } from '@/features/workers/api'

/** The versions that are there, each with how many run it: two of them are a rollout under way. */
export function versionsOf({ instances }: { readonly instances: readonly WorkerInstance[] }): { version: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { version, state } of instances) if (version !== null && state !== 'lost') counts.set(version, (counts.get(version) ?? 0) + 1)
  return [...counts].map(([version, count]) => ({ version, count })).sort((a, b) => b.count - a.count)
}

const ORDER: Readonly<Record<WorkerInstance['state'], number>> = { lost: 0, draining: 1, starting: 2, active: 3 }

/** Room is for what is wrong: the lost first, then those that leave, those that come, those that are there. */
export const byConcern = (instances: readonly WorkerInstance[]): WorkerInstance[] => instances.toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || a.id.localeCompare(b.id))

/** Nothing can be asked of it any more. */
export const isLeaving = ({ state }: Pick<WorkerInstance, 'state'>): boolean => state === 'draining' || state === 'lost'
