import { expect, test } from 'vitest'
import { Backoff } from '@/lib/stream/backoff'

const drawn = (random: number): number[] => {
  const backoff = new Backoff({ baseMs: 1000, capMs: 8000, random: () => random })
  return Array.from({ length: 6 }, () => backoff.next())
}

test('it doubles up to the cap', () => {
  expect(drawn(1)).toEqual([1000, 2000, 4000, 8000, 8000, 8000])
})

test('jitter spreads it, and never to zero', () => {
  expect(drawn(0)).toEqual([200, 400, 800, 1600, 1600, 1600])
})

test('health resets it', () => {
  const backoff = new Backoff({ baseMs: 1000, capMs: 8000, random: () => 1 })
  backoff.next()
  backoff.next()
  backoff.reset()
  expect(backoff.next()).toBe(1000)
})
