// The Deployments behind a worker's pods, and what decides on how many of those there are.
import type { WorkerDeployment, WorkerInstance } from '@/features/workers/api'

export interface KeyedDeployment extends WorkerDeployment {
  /** Its namespace and name: in two namespaces there may be two of one name. */
  readonly key: string
}

/** Each once; as the instances that are there know it, else as the lost ones did. */
export function deploymentsOf({ instances }: { readonly instances: readonly WorkerInstance[] }): KeyedDeployment[] {
  const found = new Map<string, WorkerDeployment>()
  for (const { pod } of instances.toSorted((a, b) => Number(b.state === 'lost') - Number(a.state === 'lost')))
    if (pod?.deployment) found.set(`${pod.namespace}/${pod.deployment.name}`, pod.deployment)
  return [...found].map(([key, deployment]) => ({ ...deployment, key }))
}

export const isShort = ({ desired_replicas: desired, ready_replicas: ready }: WorkerDeployment): boolean => ready < desired

/** More work would bring no more pods. */
export const isAtItsMost = ({ autoscaler }: WorkerDeployment): boolean => autoscaler !== null && autoscaler.max_replicas > autoscaler.min_replicas && autoscaler.desired_replicas >= autoscaler.max_replicas

export const metricsText = ({ autoscaler }: WorkerDeployment): string => (autoscaler?.metrics ?? []).map(({ name, current, target }) => `${name} ${current ?? '?'}${target === null ? '' : ` of ${target}`}`).join(', ')
