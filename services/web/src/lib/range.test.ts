import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { customSearch, daySearch, LIVE, rangeOf, rangeSearch, spanSearch, stepFor, widerThan, windowOf } from '@/lib/range'

const now = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000

describe('the address', () => {
  test('without a range is live', () => {
    expect(rangeOf(v.parse(rangeSearch, {}))).toEqual({ kind: 'live' })
    expect(windowOf(LIVE, now)).toBeNull()
  })

  test('with a span is the last so long, up to when it was read', () => {
    expect(windowOf(spanSearch('6h'), now)).toEqual({ after: now - 6 * HOUR, before: now, readAt: now })
  })

  test('with both ends is exactly that, whenever it is opened', () => {
    const search = customSearch(now - HOUR, now)
    expect(windowOf(v.parse(rangeSearch, search), now + 99 * HOUR)).toMatchObject({ after: now - HOUR, before: now })
  })

  test('of nonsense is live: a bad link still shows something', () => {
    expect(rangeOf(v.parse(rangeSearch, { range: '5y', after: 'soon' }))).toEqual({ kind: 'live' })
    expect(rangeOf(v.parse(rangeSearch, customSearch(now, now - HOUR)))).toEqual({ kind: 'live' })
  })
})

test('a range that has nothing is widened to seven days, then to all there is', () => {
  expect(widerThan(rangeOf(spanSearch('1h')))?.search).toEqual(spanSearch('7d'))
  expect(widerThan(rangeOf(spanSearch('7d')))?.search).toEqual(LIVE)
  expect(widerThan(rangeOf(customSearch(now - HOUR, now)))?.search).toEqual(LIVE)
  expect(widerThan(rangeOf(LIVE))).toBeNull()
})

describe('a chart', () => {
  test('has as fine a step as can be read', () => {
    expect(stepFor(now - HOUR / 4, now, now)).toBe('10s')
    expect(stepFor(now - HOUR, now, now)).toBe('1m')
    expect(stepFor(now - 6 * HOUR, now, now)).toBe('5m')
    expect(stepFor(now - 24 * HOUR, now, now)).toBe('1h')
    expect(stepFor(now - 168 * HOUR, now, now)).toBe('1h')
  })

  test('has a coarser step where finer buckets are let go', () => {
    expect(stepFor(now - 5 * HOUR - HOUR / 4, now - 5 * HOUR, now)).toBe('1m')
    expect(stepFor(now - 48 * HOUR, now - 47 * HOUR, now)).toBe('5m')
    expect(stepFor(now - 240 * HOUR, now - 239 * HOUR, now)).toBe('1h')
  })
})

test('a day is from midnight to midnight where the reader is, however many hours it has', () => {
  for (const noon of [new Date(2026, 2, 29, 12), new Date(2026, 9, 25, 12), new Date(2026, 11, 31, 12)]) {
    const day = rangeOf(daySearch(noon.getTime()))
    if (day.kind !== 'custom') throw new Error('no range of its own')
    expect(new Date(day.after)).toEqual(new Date(noon.getFullYear(), noon.getMonth(), noon.getDate()))
    expect(new Date(day.before)).toEqual(new Date(noon.getFullYear(), noon.getMonth(), noon.getDate() + 1))
  }
})
