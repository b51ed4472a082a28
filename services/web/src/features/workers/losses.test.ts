import { expect, test } from 'vitest'
import type { WorkerLoss } from '@/features/workers/api'
import { lostLately, whyText } from '@/features/workers/losses'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const loss: WorkerLoss = {
  worker_id: 'w1', worker_name: 'shop', started_at: '2026-01-01T10:00:00Z', last_heartbeat: '2026-01-01T11:29:45Z', lost_at: '2026-01-01T11:30:00Z', back_at: null,
  active_jobs: 2, hostname: null, version: null, pod: null,
}
const pod = { name: 'shop-7d', namespace: 'prod', node: 'n1', phase: null, restarts: null, last_restart_reason: null, image: null, cpu_limit_cores: null, memory_limit_bytes: null, deployment: null }

test('of the last hour, of its names, and only who was not heard again', () => {
  const all = [loss, { ...loss, lost_at: '2026-01-01T10:59:59Z' }, { ...loss, back_at: '2026-01-01T11:31:00Z' }, { ...loss, worker_name: 'mailer' }]
  expect([lostLately(all, ['shop'], NOW), lostLately(all, ['shop', 'mailer'], NOW), lostLately(all, [], NOW)]).toEqual([1, 2, 0])
})

test('why it ended, as far as it is known', () => {
  expect(whyText(loss)).toBeNull()
  expect(whyText({ ...loss, pod: { ...pod, phase: 'Failed' } })).toBe('Pod failed')
  expect(whyText({ ...loss, pod: { ...pod, phase: 'Running', last_restart_reason: 'OOMKilled' } })).toBe('OOMKilled')
  expect(whyText({ ...loss, back_at: '2026-01-01T11:30:12Z' })).toBe('Heard again 12 s later')
  expect(whyText({ ...loss, back_at: '2026-01-01T11:35:00Z' })).toBe('Heard again 5 m later')
})
