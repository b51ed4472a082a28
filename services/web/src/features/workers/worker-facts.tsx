import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { WorkerDeployment, WorkerInfo, WorkerInstance, WorkerPod } from '@/features/workers/api'
import { ReadyPods } from '@/features/workers/replicas'
import { Cpu, LoopLag, Memory } from '@/features/workers/usage-figures'
import { LastBeat, Restarts, WorkerState } from '@/features/workers/worker-state'
import { count, DASH } from '@/lib/format'
import { CopyableId } from '@/ui/copyable-id'
import { Facts } from '@/ui/facts'
import { Time } from '@/ui/time'

interface WorkerFactsProps {
  readonly instance: WorkerInstance
  /** Other processes of the same pod: what ran there before it ended and came back. */
  readonly before: readonly WorkerInstance[]
}

export function WorkerFacts({ instance, before }: WorkerFactsProps) {
  return (
    <Facts
      facts={[
        ['State', <WorkerState key="s" instance={instance} />],
        ['Slots', `${count(instance.active_jobs)} of ${count(instance.concurrency)} taken`],
        ['Done', count(instance.jobs_processed)],
        ['Failed attempts', count(instance.jobs_failed)],
        ['CPU, cores', <Cpu key="c" instance={instance} />],
        ['Memory', <Memory key="m" instance={instance} />],
        ['Loop lag', <LoopLag key="g" instance={instance} />],
        ['Version', instance.version ?? DASH],
        ['Started', <Time key="b" at={instance.started_at} />],
        ['Last beat', <LastBeat key="l" instance={instance} />],
        ['Host', instance.hostname ?? DASH],
        ...(instance.pod ? podFacts(instance.pod, instance, before) : []),
        ['Instance', <CopyableId key="i" id={instance.id} />],
      ]}
    />
  )
}

const podFacts = (pod: WorkerPod, instance: WorkerInstance, before: readonly WorkerInstance[]): [string, ReactNode][] => [
  ['Pod', pod.name],
  ['Node', pod.node ?? DASH],
  ['Image', pod.image ?? DASH],
  ...(pod.deployment ? [deploymentFact(pod.deployment)] : []),
  ['Restarts', <Restarts key="r" instance={instance} />],
  ['Before it in this pod', before.length > 0 ? <Before key="p" instances={before} /> : DASH],
]

const deploymentFact = (deployment: WorkerDeployment): [string, ReactNode] => [
  'Deployment',
  <>
    {deployment.name}, <ReadyPods deployment={deployment} />
  </>,
]

const Before = ({ instances }: { instances: readonly WorkerInstance[] }) =>
  instances.map(({ id, state }) => (
    <Link key={id} to="." search={(previous) => ({ ...previous, worker: id })} replace resetScroll={false}>
      {id} ({state})
    </Link>
  ))

/** An instance among all, and those of the same pod that started before it. */
export function findInstance(workers: readonly WorkerInfo[], id: string): WorkerFactsProps | null {
  const all = workers.flatMap(({ instances }) => instances)
  const instance = all.find((one) => one.id === id)
  if (!instance) return null
  const isBefore = (one: WorkerInstance): boolean => instance.pod !== null && one.pod?.name === instance.pod.name && one.id !== id && one.started_at < instance.started_at
  return { instance, before: all.filter(isBefore) }
}
