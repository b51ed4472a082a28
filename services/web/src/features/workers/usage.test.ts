import { expect, test } from 'vitest'
import type { WorkerDeployment, WorkerInstance, WorkerPod } from '@/features/workers/api'
import { deploymentsOf, isAtItsMost, isShort, metricsText } from '@/features/workers/deployments'
import { coresText, cpuOf, isHeldUp, isNear, memoryOf, memoryText } from '@/features/workers/usage'

const MB = 1024 ** 2
const nothing = { cpu_cores: null, cpu_limit_cores: null, memory_bytes: null, memory_limit_bytes: null, loop_lag_ms: null }
const pod = (change: Partial<WorkerPod>): WorkerPod => ({
  name: 'shop-1', namespace: 'a', node: null, phase: 'Running', restarts: 0, last_restart_reason: null, image: null, cpu_limit_cores: null, memory_limit_bytes: null, deployment: null, ...change,
})
const deployment = (change: Partial<WorkerDeployment>): WorkerDeployment => ({ name: 'shop', desired_replicas: 2, ready_replicas: 2, autoscaler: null, ...change })

test('what a worker uses is said with its limit, its own before that of its pod', () => {
  const usage = { ...nothing, cpu_cores: 0.25, cpu_limit_cores: 0.5, memory_bytes: 300 * MB }
  const instance = { usage, pod: pod({ cpu_limit_cores: 2, memory_limit_bytes: 512 * MB }) }
  const [cpu, memory] = [cpuOf(instance), memoryOf(instance)]
  expect(cpu && coresText(cpu)).toBe('0.25 of 0.5')
  expect(memory && memoryText(memory)).toBe('300 of 512 MB')
})

test('what is not known is no figure, and no limit is not said', () => {
  expect(cpuOf({ usage: null, pod: null })).toBeNull()
  expect(memoryOf({ usage: nothing, pod: null })).toBeNull()
  const memory = memoryOf({ usage: { ...nothing, memory_bytes: 1.5 * 1024 * MB }, pod: null })
  expect(memory && memoryText(memory)).toBe('1.5 GB')
  expect(memoryText({ used: 300 * MB, limit: 1024 * MB })).toBe('300 MB of 1 GB')
})

test('nine tenths of a limit is near it, and nothing is near none', () => {
  expect([isNear({ used: 460, limit: 512 }), isNear({ used: 461, limit: 512 }), isNear({ used: 461, limit: null })]).toEqual([false, true, false])
  expect([isHeldUp(99), isHeldUp(100), isHeldUp(null)]).toEqual([false, true, false])
})

test('a deployment is told once, as those that are there know it', () => {
  const instance = (state: WorkerInstance['state'], ready: number, name = 'shop', namespace = 'x') => ({ state, pod: pod({ namespace, deployment: deployment({ name, ready_replicas: ready }) }) }) as WorkerInstance
  const found = deploymentsOf({ instances: [instance('active', 2), instance('lost', 1), instance('lost', 0, 'old')] })
  expect(found.map(({ name, ready_replicas: ready }) => [name, ready])).toEqual([
    ['shop', 2],
    ['old', 0],
  ])
  const [here, there] = deploymentsOf({ instances: [instance('active', 2), instance('active', 1, 'shop', 'y')] })
  expect([here?.key, there?.key]).toEqual(['x/shop', 'y/shop'])
})

test('what is short of pods and what can have no more are told', () => {
  const autoscaler = { name: 'hpa', min_replicas: 1, max_replicas: 4, desired_replicas: 4, metrics: [{ name: 'cpu', current: '81%', target: '70%' }, { name: 'wait', current: null, target: null }] }
  expect([isShort(deployment({})), isShort(deployment({ ready_replicas: 1 }))]).toEqual([false, true])
  expect(isAtItsMost(deployment({ autoscaler }))).toBe(true)
  expect(isAtItsMost(deployment({ autoscaler: { ...autoscaler, desired_replicas: 3 } }))).toBe(false)
  expect(metricsText(deployment({ autoscaler }))).toBe('cpu 81% of 70%, wait ?')
})
