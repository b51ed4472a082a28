import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { Job } from '@/features/jobs/api'
import { runningJobsQuery, workersQuery, type WorkerInstance, type WorkerList } from '@/features/workers/api'
import { byConcern } from '@/features/workers/fleet'
import { workersLive } from '@/features/workers/live'
import { byWorker, stillInHand } from '@/features/workers/running'
import { takenSlots } from '@/features/workers/taken-slots'
import { awaitedText } from '@/features/workers/worker-state'
import { deploysQuery } from '@/lib/deploys'
import { subFor } from '@/lib/stream/subs'

const instance = (change: Partial<WorkerInstance>): WorkerInstance => ({ id: 'a', state: 'active', concurrency: 4, active_jobs: 1, version: null, asked: null, paused: false, ...change }) as WorkerInstance

test('what is wrong comes first', () => {
  const states = byConcern([instance({ state: 'active' }), instance({ state: 'lost' }), instance({ state: 'draining' })]).map(({ state }) => state)
  expect(states).toEqual(['lost', 'draining', 'active'])
})

test('slots of one that drains are those still taken; of one that is lost none', () => {
  const instances = [instance({}), instance({ state: 'draining', active_jobs: 2 }), instance({ state: 'lost', active_jobs: 3 })]
  expect(takenSlots({ instances })).toEqual({ taken: 3, total: 6, draining: 1, ending: 2, paused: 0, lost: 1 })
})

test('a paused one has no slots to give but those that are taken, and one that drains is paused no more', () => {
  const instances = [instance({ paused: true }), instance({ state: 'draining', paused: true })]
  expect(takenSlots({ instances })).toEqual({ taken: 2, total: 2, draining: 1, ending: 1, paused: 1, lost: 0 })
})

test('what a worker was asked is said until it does it', () => {
  const said = (change: Partial<WorkerInstance>) => awaitedText(instance(change))
  expect(said({})).toBeNull()
  expect([said({ asked: 'pause' }), said({ asked: 'pause', paused: true }), said({ paused: true })]).toEqual(['to pause', null, 'to resume'])
  expect([said({ asked: 'drain' }), said({ asked: 'drain', state: 'draining' })]).toEqual(['to drain', null])
})

test('jobs are with the worker that runs them, the longest running first', () => {
  const job = (id: string, worker_id: string | null, started_at: string) => ({ id, worker_id, started_at }) as Job
  const found = byWorker([job('new', 'a', '2026-03-01T12:00:05Z'), job('old', 'a', '2026-03-01T12:00:00Z'), job('none', null, '2026-03-01T12:00:00Z')])
  expect([...found].map(([worker, jobs]) => [worker, jobs.map(({ id }) => id)])).toEqual([['a', ['old', 'new']]])
})

test('no more jobs are named than the worker says it has', () => {
  const jobs = ['a', 'b', 'c'].map((id) => ({ id }) as Job)
  expect(stillInHand(instance({ active_jobs: 2 }), jobs).map(({ id }) => id)).toEqual(['a', 'b'])
  expect(stillInHand(instance({ active_jobs: 0 }), jobs)).toEqual([])
})

test('with each snapshot the names of what runs are read again', () => {
  const client = new QueryClient()
  const { queryKey } = runningJobsQuery()
  client.setQueryData(queryKey, { jobs: [], total: 0, total_exact: true, has_more: false, next_cursor: null, scanned_until: null })
  workersLive['workers.snapshot']?.({ client, sub: subFor('workers') }, { type: 'workers.snapshot', event_id: 'e', at: '', workers: { workers: [], total: 0 } })
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(true)
})

test('a version that comes or goes has the deploys read again, and counters do not', () => {
  const fleet = (...versions: string[]): WorkerList => ({
    total: 1,
    workers: [{ name: 'shop', active: true, instance_count: versions.length, instances: versions.map((version) => instance({ id: version, version })), functions: [], function_names: {}, concurrency: 4 }],
  })
  const client = new QueryClient()
  const tell = (workers: WorkerList) => workersLive['workers.snapshot']?.({ client, sub: subFor('workers') }, { type: 'workers.snapshot', event_id: 'e', at: '', workers })
  const isToBeRead = () => client.getQueryState(deploysQuery('workers', null).queryKey)?.isInvalidated
  client.setQueryData(deploysQuery('workers', null).queryKey, { deploys: [] })
  client.setQueryData(workersQuery().queryKey, fleet('1'))
  tell(fleet('1'))
  expect(isToBeRead()).toBe(false)
  tell(fleet('1', '2'))
  expect(isToBeRead()).toBe(true)
})
