import { expect, test } from 'vitest'
import { classText, reachedBy, spanText, type DurationClass } from '@/lib/duration-class'

const aClass = (least: number, below: number | null, count = 1): DurationClass => ({ least, below, count })

test.each([
  [aClass(0, 0.1), 'under 0.1 ms'],
  [aClass(500, 1000), '500 ms – 1 s'],
  [aClass(20_000, 60_000), '20 s – 1 m'],
  [aClass(86_400_000, null), '24 h and more'],
])('a class is said in words: %o', (one, text) => {
  expect(classText(one)).toBe(text)
})

test('so is a filter by it', () => {
  expect([spanText('Took', 500, 1000), spanText('Took', 5000, undefined), spanText('Took', undefined, 1), spanText('Took', undefined, undefined)]).toEqual(['Took 500 ms to 1 s', 'Took at least 5 s', 'Took less than 1 ms', null])
})

test('a table adds up to all', () => {
  const classes = [aClass(100, 200, 1), aClass(200, 500, 0), aClass(500, 1000, 3)]
  expect(classes.map((_, place) => reachedBy(classes, place))).toEqual([25, 25, 100])
})
