import { expect, test } from 'vitest'
import { deployText, marksOf } from '@/lib/deploys'
import { marksIn } from '@/ui/time-series'

const deploy = (name: string, version: string, minute: number, previous_version: string | null = null) => ({ name, version, previous_version, at: `2026-03-01T12:0${String(minute)}:00Z` })
const AT = Date.parse('2026-03-01T12:00:00Z')

test('marks are those of whom they are asked of, oldest first', () => {
  const deploys = [deploy('shop', '2', 5, '1'), deploy('mail', '7', 3), deploy('shop', '1', 1)]
  expect(marksOf(deploys, null)).toHaveLength(3)
  expect(marksOf(deploys, new Set(['shop'])).map(({ text }) => text)).toEqual(['shop 1', 'shop 2, before 1'])
})

test('an image is said by its name and tag', () => {
  expect(deployText(deploy('shop', 'registry.example:5000/team/shop:1.3@sha256:0af1', 0, 'registry.example:5000/team/shop:1.2'))).toBe('shop shop:1.3, before shop:1.2')
})

test('a mark belongs to the bucket it is in', () => {
  const marks = marksOf([deploy('shop', '1', 1)], null)
  expect([AT, AT + 60_000, AT + 120_000].map((at) => marksIn(marks, at, 60_000).length)).toEqual([0, 1, 0])
})
