import { Scaling } from 'lucide-react'
import type { WorkerDeployment } from '@/features/workers/api'
import { isAtItsMost, isShort, metricsText } from '@/features/workers/deployments'
import { count } from '@/lib/format'

/** How many of a Deployment's pods are ready, of how many there should be. */
export const ReadyPods = ({ deployment }: { deployment: WorkerDeployment }) => (
  <span className={isShort(deployment) ? 'status status-retrying num' : 'num'} title="Pods that are ready, of those there should be">
    {count(deployment.ready_replicas)} of {count(deployment.desired_replicas)} {deployment.desired_replicas === 1 ? 'pod' : 'pods'}
  </span>
)

/** A Deployment in a line: its pods and, where something scales it, between what and why. */
export function Replicas({ deployment }: { deployment: WorkerDeployment }) {
  const { autoscaler } = deployment
  const metrics = metricsText(deployment)
  return (
    <span className="replicas">
      <span className="faint">Deployment</span> <ReadyPods deployment={deployment} />
      {autoscaler ? (
        <>
          {' '}
          <span className="num" title={`By ${autoscaler.name}`}>
            <Scaling size={14} aria-hidden /> {count(autoscaler.min_replicas)} to {count(autoscaler.max_replicas)}, wants {count(autoscaler.desired_replicas)}
          </span>
          {isAtItsMost(deployment) ? <span className="status status-retrying">at its most</span> : null}
          {metrics ? <span className="faint num">{metrics}</span> : null}
        </>
      ) : null}
    </span>
  )
}
