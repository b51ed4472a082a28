import type { Job } from '@/features/jobs/api'
import { segmentsOf, type Segment } from '@/features/jobs/segments'

const lives = new WeakMap<Job, readonly Segment[]>()

/** The life of a job that is over, told once: there may be thousands. */
export function endedLife(job: Job): readonly Segment[] {
  const known = lives.get(job) ?? segmentsOf(job, null, 0)
  lives.set(job, known)
  return known
}
