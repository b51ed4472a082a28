import { expect, test } from 'vitest'
import { newestOf, versionsOf, type Running } from '@/lib/versions'

const one = (version: string | null, minute = 0, state?: string): Running => ({ version, started_at: `2026-03-01T12:0${String(minute)}:00Z`, ...(state === undefined ? {} : { state }) })

test('two versions at once are a rollout, most first; the lost, and who says none, do not count', () => {
  expect(versionsOf({ instances: [one('1'), one('2'), one('2', 1, 'active'), one('0', 2, 'lost'), one(null)] })).toEqual([
    { version: '2', count: 2 },
    { version: '1', count: 1 },
  ])
})

test('the version that comes is the one that began last, of those that are there', () => {
  expect(newestOf([one('1'), one('2', 1), one('3', 2, 'lost'), one(null, 3)])).toBe('2')
  expect(newestOf([])).toBeNull()
})
