// What runs where: of a worker's slots, the jobs that are in them.
import type { Job } from '@/features/jobs/api'
import type { WorkerInstance } from '@/features/workers/api'

/** By the worker that runs them, the longest running first. */
export function byWorker(jobs: readonly Job[]): ReadonlyMap<string, readonly Job[]> {
  const found = new Map<string, Job[]>()
  for (const job of jobs.toSorted((a, b) => (a.started_at ?? '').localeCompare(b.started_at ?? ''))) {
    if (job.worker_id === null) continue
    const known = found.get(job.worker_id)
    if (known) known.push(job)
    else found.set(job.worker_id, [job])
  }
  return found
}

/** Of the jobs last read, those an instance can still be at: it says itself, and sooner, how many it has. */
export const stillInHand = ({ active_jobs: active }: Pick<WorkerInstance, 'active_jobs'>, jobs: readonly Job[]): readonly Job[] => jobs.slice(0, active ?? 0)
