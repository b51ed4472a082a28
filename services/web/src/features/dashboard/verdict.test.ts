import { describe, expect, test } from 'vitest'
import { latencyVerdict, rateVerdict, shareVerdict, type Sample } from '@/features/dashboard/verdict'

const MINUTE = 60_000
const NOON = Date.parse('2026-03-01T12:00:00Z')
const minute = (index: number, change: Partial<Sample> = {}): Sample => ({ at: NOON + index * MINUTE, of: 10, bad: 0, ms: 100, ...change })
const judged = (samples: Sample[], from: number) => ({ samples, from: NOON + from * MINUTE, stepMs: MINUTE, now: NOON + samples.length * MINUTE })

describe('a share', () => {
  test('below its floor is nobody’s trouble, whatever it was before', () => {
    const samples = Array.from({ length: 20 }, (_, i) => minute(i, { of: 100, bad: i < 10 ? 0 : 1 }))
    expect(shareVerdict(judged(samples, 10), 5)).toMatchObject({ value: 1, before: 0, since: null })
  })

  test('twice the usual and more says since when', () => {
    const samples = Array.from({ length: 20 }, (_, i) => minute(i, { bad: i < 14 ? 1 : 9 }))
    expect(shareVerdict(judged(samples, 10), 5).since).toBe(NOON + 14 * MINUTE)
  })

  test('that is always high is usual here', () => {
    const samples = Array.from({ length: 20 }, (_, i) => minute(i, { bad: 2 }))
    expect(shareVerdict(judged(samples, 10), 5).since).toBeNull()
  })

  test('minutes in which nothing happened do not end a trouble', () => {
    const samples = Array.from({ length: 20 }, (_, i) => (i === 17 ? minute(i, { of: 0, ms: null }) : minute(i, { bad: i < 14 ? 0 : 10 })))
    expect(shareVerdict(judged(samples, 10), 5).since).toBe(NOON + 14 * MINUTE)
  })

  test('of nothing is not known, which is not zero', () => {
    expect(shareVerdict(judged([minute(0, { of: 0 })], 0), 5)).toMatchObject({ value: null, trace: [null] })
  })
})

describe('a rate', () => {
  test('counts the minute that still fills for as long as it has been filling', () => {
    const samples = [minute(0), minute(1, { of: 5 })]
    expect(rateVerdict({ samples, from: NOON, stepMs: MINUTE, now: NOON + 1.5 * MINUTE })).toMatchObject({ value: 10, trace: [10] })
  })

  test('has no usual before the first thing ever happened', () => {
    const samples = Array.from({ length: 4 }, (_, i) => minute(i, { of: i < 2 ? 0 : 10 }))
    expect(rateVerdict(judged(samples, 2)).before).toBeNull()
  })
})

test('a latency is the newest known one, against the middle of those before', () => {
  const samples = Array.from({ length: 20 }, (_, i) => minute(i, { ms: i < 15 ? 400 : i === 19 ? null : 5000 }))
  expect(latencyVerdict(judged(samples, 10), 1000)).toMatchObject({ value: 5000, before: 400 })
  expect(latencyVerdict(judged(samples, 10), 1000).since).toBe(NOON + 15 * MINUTE)
})
