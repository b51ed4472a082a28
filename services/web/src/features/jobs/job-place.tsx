import { Link } from '@tanstack/react-router'
import type { JobDetail } from '@/features/jobs/api'
import { WorkerLink } from '@/features/jobs/worker-link'
import type { WorkerPod } from '@/features/workers/api'
import { LIVE } from '@/lib/range'
import { Separated } from '@/ui/separated'

/** Of what is known of the workers, what is asked here. */
export type Fleet = readonly { readonly instances: readonly { readonly pod: Pick<WorkerPod, 'name' | 'node'> | null }[] }[]

/** The pod its newest attempt runs or ran in, where that is known: an attempt that has just begun is not in what was read before it. */
export function podOf({ worker_id: worker, attempts_log: attempts }: Pick<JobDetail, 'worker_id' | 'attempts_log'>): string | null {
  const newest = attempts?.at(-1)
  return newest && newest.worker_id === worker ? newest.pod : null
}

/** Where a pod runs; null for one that is gone. */
export const nodeOf = (pod: string | null, workers: Fleet = []): string | null =>
  (pod !== null && workers.flatMap(({ instances }) => instances).find((one) => one.pod?.name === pod)?.pod?.node) || null

/** Worker, pod and node of the newest attempt, as far as they are known. */
export function JobPlace({ job, workers }: { job: JobDetail; workers: Fleet | undefined }) {
  if (job.worker_id === null) return null
  const pod = podOf(job)
  const node = nodeOf(pod, workers)
  return (
    <Separated>
      <>
        worker <WorkerLink id={job.worker_id} />
      </>
      {pod === null ? null : (
        <>
          pod{' '}
          <Link to="/jobs" search={{ pod, ...LIVE }} title="What else ran in this pod">
            {pod}
          </Link>
        </>
      )}
      {node === null ? null : `node ${node}`}
    </Separated>
  )
}
