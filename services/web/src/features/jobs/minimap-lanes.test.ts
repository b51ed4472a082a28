import { expect, test } from 'vitest'
import { COLUMNS, LANES, lanesOf } from '@/features/jobs/minimap-lanes'
import type { Segment } from '@/features/jobs/segments'

const stretch = (kind: Segment['kind'], from: number, to: number, outcome: string | null = null): Segment => ({ kind, from, to, attempt: null, outcome, isOpen: false })
const scale = { place: (at: number): number => at }

test('each job has a lane, waiting quieter than running', () => {
  const lanes = lanesOf([[stretch('queued', 0, 0.5), stretch('running', 0.5, 1, 'success')], [stretch('running', 0.5, 1)]], scale)
  expect(lanes).toEqual({
    count: 2,
    paths: [
      { mark: 'waiting', d: 'M0 0h200v1h-200z' },
      { mark: 'complete', d: 'M200 0h200v1h-200z' },
      { mark: 'active', d: 'M200 1h200v1h-200z' },
    ],
  })
})

test('a failure is seen among thousands, however short', () => {
  const jobs = Array.from({ length: 5000 }, (_, n) => [stretch('running', 0, 1, n === 2500 ? null : 'success')])
  jobs[4321] = [stretch('running', 0.5, 0.5, 'failure')]
  const lanes = lanesOf(jobs, scale)
  expect(lanes.count).toBe(LANES)
  expect(lanes.paths.find(({ mark }) => mark === 'failed')?.d).toBe(`M${String(COLUMNS / 2)} 12h1v1h-1z`)
})

test('however many jobs there are, what is drawn is bounded', () => {
  const jobs = Array.from({ length: 5000 }, (_, n) => [stretch('running', (n % 997) / 997, (n % 997) / 997 + 0.001, n % 3 === 0 ? 'failure' : 'success')])
  const boxes = lanesOf(jobs, scale).paths.reduce((sum, { d }) => sum + d.split('M').length - 1, 0)
  expect(boxes).toBeLessThanOrEqual(LANES * COLUMNS)
})

test('what waits for its time, and a tree without jobs, draw nothing', () => {
  expect(lanesOf([[stretch('scheduled', 0, 1)]], scale).paths).toEqual([])
  expect(lanesOf([], scale)).toEqual({ count: 0, paths: [] })
})
