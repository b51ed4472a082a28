import { expect, test } from 'vitest'
import type { Fire } from '@/features/schedules/api'
import { countsOf, doorOf, marksOf, markText } from '@/features/schedules/fires'

const aFire = (change: Partial<Fire> = {}): Fire => ({
  at: '2026-01-05T08:00:00.000Z',
  fired_at: '2026-01-05T08:00:00.020Z',
  outcome: 'enqueued',
  missed: 0,
  job_id: 'job_1',
  status: 'complete',
  duration_ms: 3200,
  ...change,
})
const clock = (at: string): string => at.slice(11, 16)
const textsOf = (...fires: Fire[]): string[] => marksOf(fires).map((mark) => markText(mark, clock))

test.each([
  [aFire(), '08:00: complete, took 3.20 s'],
  [aFire({ status: 'failed' }), '08:00: failed, after 3.20 s'],
  [aFire({ status: 'active', duration_ms: null }), '08:00: active'],
  [aFire({ status: 'pending', duration_ms: null }), '08:00: queued'],
  [aFire({ fired_at: '2026-01-05T08:00:42.000Z', duration_ms: null, status: 'queued' }), '08:00: queued, 42.0 s late'],
  [aFire({ outcome: 'skipped', job_id: null, status: null, duration_ms: null }), '08:00: skipped, the job before had not ended'],
  [aFire({ status: null, duration_ms: null }), '08:00: no longer kept, its job is too old to be kept'],
])('what became of an instant is said in words', (fire, text) => {
  expect(textsOf(fire)).toEqual([text])
})

test('instants that went by are one mark, before the one that stands for them', () => {
  expect(textsOf(aFire({ missed: 3 }))).toEqual(['08:00: complete, took 3.20 s', '08:00: missed, 3 instants before went by while nobody was there'])
  expect(textsOf(aFire({ missed: 1 }))[1]).toContain('1 instant before')
  expect(textsOf(aFire({ missed: 1000 }))[1]).toContain('1,000 or more instants before')
})

test('a mark leads to its job as long as there is one', () => {
  const fires = [aFire({ missed: 2 }), aFire({ status: null }), aFire({ outcome: 'skipped', job_id: null, status: null })]
  expect(marksOf(fires).map(doorOf)).toEqual(['job_1', null, null, null])
})

test('the kinds are counted, and of missed ones each instant', () => {
  const marks = marksOf([aFire(), aFire({ status: 'failed', missed: 12 }), aFire()])
  expect(countsOf(marks)).toEqual([{ kind: 'complete', many: 2 }, { kind: 'failed', many: 1 }, { kind: 'missed', many: 12 }])
})
