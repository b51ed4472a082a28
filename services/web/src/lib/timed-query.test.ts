import { QueryClient } from '@tanstack/react-query'
import { describe, expect, test } from 'vitest'
import { rangeKey, stretchOf, timedQuery } from '@/lib/timed-query'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000
const hourAgo = { after: NOW - HOUR, before: NOW, readAt: NOW }

const query = (shown: typeof hourAgo | null, lead = 0) => timedQuery({ target: 'dashboard', name: 'series', scope: {}, shown, liveMs: HOUR, lead, read: () => Promise.resolve(0) })

describe('a stretch', () => {
  test('live ends now and is as long as live looks back', () => {
    expect(stretchOf(null, NOW, HOUR)).toEqual({ after: NOW - HOUR, before: NOW, from: NOW - HOUR, step: '1m' })
  })

  test('of a window stays where it is, however late it is asked', () => {
    expect(stretchOf(hourAgo, NOW + HOUR, 15 * 60_000)).toMatchObject({ after: NOW - HOUR, before: NOW })
  })

  test('reads what leads up to it, but never further back than its step is kept', () => {
    expect(stretchOf(hourAgo, NOW, HOUR, 1).after).toBe(NOW - 2 * HOUR)
    const day = { after: NOW - 24 * HOUR, before: NOW, readAt: NOW }
    expect(stretchOf(day, NOW, HOUR, 1).after).toBeGreaterThan(NOW - 35 * 24 * HOUR)
  })
})

test('what is live is read again as time passes; a window is not, and no target reaches it', () => {
  expect(query(null).refetchInterval).toBeGreaterThan(0)
  expect(query(null).queryKey[0]).toBe('dashboard')
  expect(query(hourAgo).refetchInterval).toBe(false)
  expect(query(hourAgo).queryKey[0]).toBe('window')
})

test('the same time yesterday is what was over then, under a key that no stream touches, and is asked for rarely', async () => {
  const asked: number[][] = []
  const yesterday = (shown: typeof hourAgo | null) =>
    timedQuery({ target: 'dashboard', name: 'series', scope: {}, shown, liveMs: HOUR, back: 24 * HOUR, read: ({ after, before }) => Promise.resolve(asked.push([after - NOW, before - NOW])) })
  const client = new QueryClient()
  await client.fetchQuery(yesterday({ after: NOW - HOUR, before: NOW + HOUR, readAt: NOW }))
  expect(asked).toEqual([[-25 * HOUR, -24 * HOUR]])
  const live = yesterday(null)
  expect(live.queryKey[0]).toBe('window')
  expect(live.queryKey).not.toEqual(query(null).queryKey)
  expect(yesterday(hourAgo).queryKey).not.toEqual(query(hourAgo).queryKey)
  expect(live.refetchInterval).toBeGreaterThan(30_000)
})

test('the same time with and without what led up to it are two answers', () => {
  expect(query(hourAgo, 1).queryKey).not.toEqual(query(hourAgo, 0).queryKey)
  expect(query(null, 4).queryKey).not.toEqual(query(null, 0).queryKey)
})

test('an answer of another range, still or already there, goes by another key', () => {
  const keys = [rangeKey(null, { isPlaceholderData: false }), rangeKey(hourAgo, { isPlaceholderData: true }), rangeKey(hourAgo, { isPlaceholderData: false })]
  expect(new Set(keys).size).toBe(3)
})
