import { expect, test } from 'vitest'
import { findInstance } from '@/features/workers/worker-facts'
import type { WorkerInfo, WorkerInstance } from '@/features/workers/api'

test('what a pod ran before is what it is told to have started earlier', () => {
  const pod = { name: 'shop-1', namespace: 'x', node: null, phase: null, restarts: 1, last_restart_reason: 'OOMKilled', image: null, cpu_limit_cores: null, memory_limit_bytes: null, deployment: null }
  const instance = (change: Partial<WorkerInstance>): WorkerInstance => ({
    id: 'now', worker_name: 'shop', started_at: '2026-03-01T12:00:00Z', last_heartbeat: '2026-03-01T12:00:00Z', functions: [], function_names: {}, concurrency: 4,
    active_jobs: 0, jobs_processed: 0, jobs_failed: 0, hostname: null, state: 'active', version: null, pod, usage: null, asked: null, paused: false, ...change,
  })
  const instances = [instance({}), instance({ id: 'earlier', state: 'lost', started_at: '2026-03-01T11:00:00Z' }), instance({ id: 'elsewhere', pod: null, started_at: '2026-03-01T11:00:00Z' })]
  const shop: WorkerInfo = { name: 'shop', active: true, instance_count: 3, instances, functions: [], function_names: {}, concurrency: 4 }
  expect(findInstance([shop], 'now')?.before.map(({ id }) => id)).toEqual(['earlier'])
  expect(findInstance([shop], 'gone')).toBeNull()
})
