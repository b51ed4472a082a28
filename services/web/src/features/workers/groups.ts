// Instances as they are shown: by the Deployment their pods are replicas of, where they have one, else by name.
import type { WorkerInfo, WorkerInstance } from '@/features/workers/api'
import { deploymentsOf, type KeyedDeployment } from '@/features/workers/deployments'

export interface FleetGroup {
  /** What addresses name it by: a worker's name, or a Deployment's with its namespace. */
  readonly id: string
  readonly title: string
  readonly deployment: KeyedDeployment | null
  /** The names of its workers. */
  readonly names: readonly string[]
  readonly instances: readonly WorkerInstance[]
  readonly functions: readonly { readonly key: string; readonly name: string }[]
  /** Whether all instances of its names are in it, so that what is told by name is told of it. */
  readonly isWhole: boolean
}

/** By title; two Deployments of one name, in two namespaces, are two groups. */
export function groupsOf(workers: readonly WorkerInfo[]): FleetGroup[] {
  const found = new Map<string, WorkerInstance[]>()
  for (const instance of workers.flatMap(({ instances }) => instances)) {
    const key = placeOf(instance)
    const known = found.get(key)
    if (known) known.push(instance)
    else found.set(key, [instance])
  }
  return [...found].map(([id, instances]) => groupOf(id, instances, workers)).toSorted((a, b) => a.title.localeCompare(b.title) || a.id.localeCompare(b.id))
}

/** A worker's name has no slash. */
const placeOf = ({ worker_name: name, pod }: WorkerInstance): string => (pod?.deployment ? `${pod.namespace}/${pod.deployment.name}` : name)

function groupOf(id: string, instances: readonly WorkerInstance[], workers: readonly WorkerInfo[]): FleetGroup {
  const [deployment = null] = deploymentsOf({ instances })
  const names = [...new Set(instances.map(({ worker_name: name }) => name))].sort()
  const spoken = Object.fromEntries(workers.filter(({ name }) => names.includes(name)).flatMap(({ function_names: all }) => Object.entries(all)))
  const keys = [...new Set(instances.flatMap(({ functions }) => functions))].sort()
  return {
    id,
    title: deployment?.name ?? id,
    deployment,
    names,
    instances,
    functions: keys.map((key) => ({ key, name: spoken[key] ?? key })),
    isWhole: workers.filter(({ name }) => names.includes(name)).flatMap((worker) => worker.instances).length === instances.length,
  }
}
