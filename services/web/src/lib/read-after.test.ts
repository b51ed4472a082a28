import { expect, test } from 'vitest'
import { readAfter } from '@/lib/read-after'

const NOW = Date.parse('2026-01-05T08:00:00.000Z')
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString()

test('what is next is read again a second after it was due, and not all the time while it is overdue', () => {
  expect(readAfter([at(30), null, at(10)], NOW)).toBe(11_000)
  expect(readAfter([at(-60)], NOW, 2000)).toBe(2000)
})

test('a timer takes no year, and without anything next there is none', () => {
  expect(readAfter([at(90 * 86_400)], NOW)).toBe(3_600_000)
  expect(readAfter([null], NOW)).toBe(false)
})
