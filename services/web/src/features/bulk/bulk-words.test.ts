import { expect, test } from 'vitest'
import { askedOf, askedText, becameOf, behind, titleOf } from '@/features/bulk/bulk-words'

const action = { action: 'retry', name: null, total: 1204, done: 812, skipped: 3, filter: {} } as const

test('one without a name is called by what it does to how many', () => {
  expect(titleOf(action)).toBe('Re-run 1,204 jobs')
  expect(titleOf({ ...action, action: 'cancel', total: 1 })).toBe('Cancel 1 job')
  expect(titleOf({ ...action, name: 'after the outage' })).toBe('after the outage')
})

test('how far it is says what was skipped, where something was', () => {
  expect(becameOf(action)).toBe('812 of 1,204 re-run, 3 skipped')
  expect(becameOf({ ...action, action: 'cancel', skipped: 0 })).toBe('812 of 1,204 cancelled')
  expect([behind(action), behind({ ...action, total: 0, done: 0, skipped: 0 })]).toEqual([815 / 1204, 1])
})

test('what was asked for leads to the list it was asked in', () => {
  const filter = { function: 'resize', status: ['failed'], after: '2026-01-02T03:04:05.000Z', before: '2026-01-02T04:04:05.000Z' }
  const asked = askedOf({ filter })
  expect([asked.filter.function, asked.filter.status]).toEqual(['resize', ['failed']])
  expect(asked.range).toEqual({ after: filter.after, before: filter.before })
  expect(askedText({ filter, picked: null })).toBe('Function resize · Status failed')
})

test('a search that may not be read is left out, and so is what this version does not know', () => {
  expect(askedText({ filter: { q: null, colour: 'red' }, picked: null })).toBe('Every job')
})

test('jobs that were named are no filter without words', () => {
  expect(askedText({ filter: {}, picked: 37 })).toBe('Picked by hand')
})
