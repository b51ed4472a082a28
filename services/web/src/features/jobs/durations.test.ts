import { expect, test } from 'vitest'
import { classText, jobsOfDuration, reachedBy, type DurationClass } from '@/features/jobs/durations'

const aClass = (least: number, below: number | null, count = 1): DurationClass => ({ min_duration_ms: least, below_duration_ms: below, count })

test.each([
  [aClass(0, 1), 'under 1 ms', { below_duration_ms: 1 }],
  [aClass(500, 1000), '500 ms – 1 s', { min_duration_ms: 500, below_duration_ms: 1000 }],
  [aClass(20_000, 60_000), '20 s – 1 m', { min_duration_ms: 20_000, below_duration_ms: 60_000 }],
  [aClass(86_400_000, null), '24 h and more', { min_duration_ms: 86_400_000 }],
])('a class is said in words, and leads to the jobs it counted: %o', (one, text, ends) => {
  expect(classText(one)).toBe(text)
  expect(jobsOfDuration(one)).toEqual({ status: ['complete', 'failed'], ...ends })
})

test('a table adds up to all runs', () => {
  const classes = [aClass(100, 200, 1), aClass(200, 500, 0), aClass(500, 1000, 3)]
  expect(classes.map((_, place) => reachedBy(classes, place))).toEqual([25, 25, 100])
})
