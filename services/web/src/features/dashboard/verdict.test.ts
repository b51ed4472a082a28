import { describe, expect, test } from 'vitest'
import { latencyVerdict, rateVerdict, shareVerdict, type Judged, type Sample } from '@/features/dashboard/verdict'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const NOON = Date.parse('2026-03-01T12:00:00Z')
const minute = (index: number, change: Partial<Sample> = {}): Sample => ({ at: NOON + index * MINUTE, of: 10, bad: 0, ms: 100, ...change })
const judged = (samples: Sample[], from: number, yesterday: Judged['yesterday'] = null): Judged => ({ samples, from: NOON + from * MINUTE, stepMs: MINUTE, now: NOON + samples.length * MINUTE, yesterday })
const dayBefore = (samples: Sample[]): Judged['yesterday'] => ({ samples: samples.map((one) => ({ ...one, at: one.at - DAY })), until: NOON - DAY + samples.length * MINUTE })
const minutes = (many: number, change: (i: number) => Partial<Sample> = () => ({})): Sample[] => Array.from({ length: many }, (_, i) => minute(i, change(i)))

describe('what a figure is compared with', () => {
  test('is the same time yesterday, where anything was counted then', () => {
    const yesterday = dayBefore(minutes(10, () => ({ of: 100, bad: 5, ms: 700 })))
    const lately = judged(minutes(20, (i) => ({ bad: i < 10 ? 1 : 2 })), 10, yesterday)
    expect(rateVerdict(lately)).toMatchObject({ value: 10, before: { value: 100, of: 'yesterday' } })
    expect(shareVerdict(lately)).toMatchObject({ value: 20, before: { value: 5, of: 'yesterday' } })
    expect(latencyVerdict(lately)).toMatchObject({ value: 100, before: { value: 700, of: 'yesterday' } })
  })

  test('is what led up to it, where yesterday is not known or was empty', () => {
    const lately = minutes(20, (i) => ({ bad: i < 10 ? 1 : 2, of: i < 10 ? 10 : 20 }))
    for (const yesterday of [null, dayBefore([]), dayBefore(minutes(10, () => ({ of: 0, ms: null })))]) {
      expect(rateVerdict(judged(lately, 10, yesterday))).toMatchObject({ value: 20, before: { value: 10, of: 'lead' } })
      expect(shareVerdict(judged(lately, 10, yesterday))).toMatchObject({ value: 10, before: { value: 10, of: 'lead' } })
    }
  })

  test('is not said before it is known which', () => {
    expect(rateVerdict({ ...judged(minutes(20), 10), yesterday: undefined }).before).toBeUndefined()
  })

  test('is nothing where nothing was', () => {
    expect(shareVerdict(judged(minutes(3), 0)).before).toBeNull()
    expect(latencyVerdict(judged(minutes(3), 0)).before).toBeNull()
  })
})

test('a share of nothing is not known, which is not zero', () => {
  expect(shareVerdict(judged([minute(0, { of: 0 })], 0))).toMatchObject({ value: null, trace: [null] })
})

describe('a rate', () => {
  test('counts the minute that still fills for as long as it has been filling', () => {
    expect(rateVerdict({ ...judged([minute(0), minute(1, { of: 5 })], 0), now: NOON + 1.5 * MINUTE })).toMatchObject({ value: 10, trace: [10] })
  })

  test('has none before the first thing ever happened, and counts yesterday from the first thing on', () => {
    expect(rateVerdict(judged(minutes(4, (i) => ({ of: i < 2 ? 0 : 10 })), 2)).before).toBeNull()
    expect(rateVerdict(judged(minutes(4), 2, dayBefore(minutes(4, (i) => ({ of: i < 2 ? 0 : 8 }))))).before).toEqual({ value: 8, of: 'yesterday' })
  })
})

test('a latency is the newest known one, against the middle of those before', () => {
  const samples = minutes(20, (i) => ({ ms: i < 15 ? 400 : i === 19 ? null : 5000 }))
  expect(latencyVerdict(judged(samples, 10))).toMatchObject({ value: 5000, before: { value: 400, of: 'lead' } })
})
