import { expect, test } from 'vitest'
import type { FunctionInfo } from '@/features/functions/api'
import { ALL_FOLDED, isFolded, moduleOf, moduleText, NONE_FOLDED, turned } from '@/features/functions/modules'

test('a module is what stands before the last dot', () => {
  expect(moduleOf({ key: 'studio.albums.publish' })).toBe('studio.albums')
  expect(moduleOf({ key: 'resize_image' })).toBe('')
})

test('one module is folded and unfolded, from either side', () => {
  const one = turned(NONE_FOLDED, 'mail')
  expect([isFolded(one, 'mail'), isFolded(one, 'studio')]).toEqual([true, false])
  const other = turned(ALL_FOLDED, 'mail')
  expect([isFolded(other, 'mail'), isFolded(other, 'studio')]).toEqual([false, true])
  expect(turned(one, 'mail')).toEqual(NONE_FOLDED)
  expect(turned(other, 'mail')).toEqual(ALL_FOLDED)
})

test('the functions of no module are folded like any other', () => {
  const folds = turned(turned(NONE_FOLDED, 'mail'), '')
  expect([isFolded(folds, ''), isFolded(folds, 'mail'), isFolded(folds, 'studio')]).toEqual([true, true, false])
  expect(isFolded(turned(NONE_FOLDED, ''), '')).toBe(true)
})

test('a head says what its functions do, and nothing of what they do not', () => {
  const one = { paused: false, running: 2, queue_backlog: 0, workers: ['w'] } as Partial<FunctionInfo> as FunctionInfo
  expect(moduleText([one, { ...one, paused: true, running: 1 }])).toBe('2 functions · 3 running · 1 paused')
  expect(moduleText([{ ...one, running: 0, workers: [] }])).toBe('1 function · 1 without a worker')
})
