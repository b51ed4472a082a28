import { expect, test } from 'vitest'
import { between, brushOf, byKey, LEAST_BRUSH, moved, readSection, sectionOf, spellSection, WHOLE, within, withLeft, withRight } from '@/features/jobs/section'
import type { Segment } from '@/features/jobs/segments'
import { timeScale } from '@/features/jobs/time-scale'

const stretch = (kind: Segment['kind'], from: number, to: number): Segment => ({ kind, from, to, attempt: null, outcome: null, isOpen: false })
const tree = timeScale([stretch('running', 1000, 2000)])
const folded = timeScale([stretch('running', 0, 100), stretch('retry-wait', 100, 10_000), stretch('running', 10_000, 10_100)])

test.each([
  ['1000-2000', { from: 1000, to: 2000 }],
  ['1000-', { from: 1000, to: null }],
])('the address %s is read and written', (text, section) => {
  expect(readSection(text)).toEqual(section)
  expect(spellSection(section)).toBe(text)
})

test.each([[undefined], [''], ['-5'], ['7'], ['9-3'], ['9-9'], ['1.5-3'], ['now-then'], [`${'9'.repeat(16)}-`]])('the address %s is no section', (text) => {
  expect(readSection(text)).toBeNull()
})

test.each([
  ['is part of it', { from: 1200, to: 1400 }, { from: 1200, to: 1400 }],
  ['goes on', { from: 1200, to: null }, { from: 1200, to: 2000 }],
  ['begins before it', { from: 0, to: 1400 }, { from: 1000, to: 1400 }],
  ['is all of it', { from: 0, to: 9000 }, null],
  ['is over before it begins', { from: 0, to: 900 }, null],
  ['begins after its end', { from: 2500, to: null }, null],
])('of a tree’s time a section that %s is shown so far', (_, section, shown) => {
  expect(within(section, tree)).toEqual(shown)
})

test('what a brush chooses is where it stands', () => {
  for (const whole of [tree, folded])
    for (const brush of [{ left: 0.1, right: 0.3 }, { left: 0.45, right: 0.9 }]) {
      const again = brushOf(whole, within(sectionOf(whole, brush, false), whole))
      expect(again.left).toBeCloseTo(brush.left, 2)
      expect(again.right).toBeCloseTo(brush.right, 2)
    }
})

test('at the end of a tree that goes on it goes on, at the end of a finished one it ends', () => {
  expect(sectionOf(tree, { left: 0.5, right: 1 }, true)).toMatchObject({ to: null })
  expect(sectionOf(tree, { left: 0.5, right: 1 }, false)).toMatchObject({ to: 2000 })
  expect(sectionOf(tree, WHOLE, true)).toBeNull()
})

test('it moves as wide as it is, and its edges never meet', () => {
  expect(moved({ left: 0.25, right: 0.5 }, 0.25)).toEqual({ left: 0.5, right: 0.75 })
  expect(moved({ left: 0.25, right: 0.5 }, 9)).toEqual({ left: 0.75, right: 1 })
  expect(moved({ left: 0.25, right: 0.5 }, -9)).toEqual({ left: 0, right: 0.25 })
  expect(withLeft({ left: 0.25, right: 0.5 }, 0.9).left).toBeCloseTo(0.5 - LEAST_BRUSH)
  expect(withRight({ left: 0.25, right: 0.5 }, 0).right).toBeCloseTo(0.25 + LEAST_BRUSH)
  expect(between(0.75, 0.25)).toEqual({ left: 0.25, right: 0.75 })
  expect(between(1, 1)).toEqual({ left: 1 - LEAST_BRUSH, right: 1 })
})

test('keys move it, change its end, or show all', () => {
  const brush = { left: 0.25, right: 0.75 }
  expect(byKey(brush, 'ArrowRight', false)).toEqual({ left: 0.3, right: 0.8 })
  expect(byKey(brush, 'ArrowLeft', true)).toEqual({ left: 0.25, right: 0.7 })
  expect(byKey(brush, 'PageDown', false)).toEqual({ left: 0.5, right: 1 })
  expect(byKey(brush, 'Home', false)).toEqual({ left: 0, right: 0.5 })
  expect(byKey(brush, 'End', false)).toEqual({ left: 0.5, right: 1 })
  expect(byKey(brush, 'Escape', false)).toEqual(WHOLE)
  expect(byKey(brush, 'Tab', true)).toBeNull()
})
