import { expect, test } from 'vitest'
import { areAlike, zonedClock } from '@/lib/zoned-clock'

const NOON = '2026-01-05T12:00:00.000Z'

test('an instant is said as a clock of the zone shows it, with seconds where there are any', () => {
  expect(zonedClock('Europe/Berlin').text(NOON)).toBe('Mon 5 Jan, 13:00')
  expect(zonedClock('UTC').text('2026-01-05T12:00:30.000Z')).toBe('Mon 5 Jan, 12:00:30')
})

test('a zone this browser does not know is shown in UTC, and said so', () => {
  const clock = zonedClock('Mars/Olympus')
  expect([clock.zone, clock.text(NOON)]).toEqual(['UTC', 'Mon 5 Jan, 12:00'])
})

test('two zones are alike while their clocks are', () => {
  const [london, utc] = [zonedClock('Europe/London'), zonedClock('UTC')]
  expect(areAlike(london, utc, [NOON])).toBe(true)
  expect(areAlike(london, utc, [NOON, '2026-07-01T12:00:00.000Z'])).toBe(false)
})
