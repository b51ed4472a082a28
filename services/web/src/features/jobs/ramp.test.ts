import { expect, test } from 'vitest'
import { pointsOf, rampOf } from '@/features/jobs/ramp'
import { anAttempt } from '@/features/jobs/testing'

const at = (seconds: number): string => new Date(seconds * 1000).toISOString()
const scale = { place: (ms: number): number => Math.min(1, Math.max(0, ms / 100_000)) }
const marks = { job_id: 'j', lines: [], has_more: false, attempt: 2, progress_log: [{ at: at(12), progress: 0.25 }, { at: at(15), progress: 0.5 }] }

test('of the newest attempt what was kept of its progress is known, and how far it is', () => {
  const job = { attempts: 2, progress: 0.6, progress_at: at(16) }
  expect(pointsOf(2, job, null, marks)).toEqual([{ at: 12_000, progress: 0.25 }, { at: 15_000, progress: 0.5 }, { at: 16_000, progress: 0.6 }])
  expect(pointsOf(2, job, null, null)).toEqual([{ at: 16_000, progress: 0.6 }])
  expect(pointsOf(2, { ...job, progress: 0.5, progress_at: at(15) }, null, marks)).toHaveLength(2)
})

test('of an earlier attempt there is what its own log of it says, and nothing of another', () => {
  const job = { attempts: 2, progress: 0.6, progress_at: at(16) }
  expect(pointsOf(1, job, [anAttempt({ attempt: 1, progress_log: [{ at: at(3), progress: 1 }] })], marks)).toEqual([{ at: 3000, progress: 1 }])
  expect(pointsOf(1, job, null, marks)).toEqual([])
})

test('above the ramp is what was not done yet; after the last word it stays as far', () => {
  const points = [{ at: 30_000, progress: 0.5 }, { at: 40_000, progress: 0.75 }]
  expect(rampOf({ from: 20_000, to: 60_000 }, points, scale)).toBe('M0 0V1L0.2500 0.500L0.5000 0.250L1 0.250V0Z')
})

test('what comes before or after the part of the bar that is seen stands at its edge', () => {
  const section = { place: (ms: number): number => Math.min(1, Math.max(0, (ms - 30_000) / 10_000)) }
  expect(rampOf({ from: 20_000, to: 60_000 }, [{ at: 25_000, progress: 0.2 }, { at: 35_000, progress: 0.5 }, { at: 50_000, progress: 1 }], section)).toBe(
    'M0 0V1L0.0000 0.800L0.5000 0.500L1.0000 0.000L1 0.000V0Z',
  )
})

test('a bar without a word of progress, or without a length, has none', () => {
  expect(rampOf({ from: 0, to: 10 }, [], scale)).toBeNull()
  expect(rampOf({ from: 10, to: 10 }, [{ at: 10, progress: 1 }], scale)).toBeNull()
})
