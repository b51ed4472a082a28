import { expect, test } from 'vitest'
import type { FunctionInfo } from '@/features/functions/api'
import { waitReason } from '@/features/functions/wait-reason'

const info = (change: Partial<FunctionInfo>): FunctionInfo => ({ paused: false, workers: ['w'], dispatch_reasons: { paused: 0, rate_limited: 0, no_capacity: 0, cancelled: 0, retrying: 0 }, ...change }) as FunctionInfo

test('a person’s pause comes before everything a worker could do', () => {
  expect(waitReason(info({ paused: true, workers: [] }))).toBe('its function is paused')
})

test('a function nobody offers is told apart from one whose workers are busy', () => {
  expect(waitReason(info({ workers: [] }))).toBe('no worker offers it')
  expect(waitReason(info({ dispatch_reasons: { paused: 0, rate_limited: 0, no_capacity: 3, cancelled: 0, retrying: 0 } }))).toBe('no slot for it is free')
})

test('a rate limit is said before the slots it leaves free', () => {
  expect(waitReason(info({ dispatch_reasons: { paused: 0, rate_limited: 2, no_capacity: 1, cancelled: 0, retrying: 0 } }))).toBe('its rate limit is reached')
})

test('nothing is made up where nothing is known', () => {
  expect(waitReason(undefined)).toBeNull()
  expect(waitReason(info({ workers: null }))).toBeNull()
})
