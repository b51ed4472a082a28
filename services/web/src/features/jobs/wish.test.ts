import { expect, test } from 'vitest'
import { emptyDraft, readDraft, refusalOf } from '@/features/jobs/wish'
import { ApiProblem, BackendAway } from '@/lib/api-client'

test('what is left empty is not asked for', () => {
  expect(readDraft('resize', {}, emptyDraft)).toEqual({ wish: { function: 'resize', kwargs: {} }, problems: {} })
})

test('everything written is asked for, a time in UTC', () => {
  const draft = { ...emptyDraft, when: 'time' as const, time: '2026-01-01T10:00:00', priority: '7', idempotencyKey: ' order 7 ', tags: 'red, blue' }
  const scheduled_at = new Date('2026-01-01T10:00:00').toISOString()
  expect(readDraft('resize', { id: 1 }, draft).wish).toEqual({ function: 'resize', kwargs: { id: 1 }, scheduled_at, priority: 7, idempotency_key: 'order 7', tags: ['red', 'blue'] })
  expect(readDraft('resize', {}, { ...emptyDraft, when: 'delay', delay: '1.5' }).wish).toEqual({ function: 'resize', kwargs: {}, delay_s: 1.5 })
})

test('what cannot be asked for is said at its field, all at once', () => {
  const { wish, problems } = readDraft('resize', {}, { when: 'delay', delay: 'soon', time: '', priority: '10', idempotencyKey: '', tags: 'Red' })
  expect(wish).toBeNull()
  expect(Object.keys(problems)).toEqual(['when', 'priority', 'tags'])
  expect(readDraft('resize', null, emptyDraft)).toEqual({ wish: null, problems: {} })
})

test('what the server refuses is said at the field it names', () => {
  const invalid = new ApiProblem(422, 'invalid', 'Unprocessable', 'tags.0: no', [{ field: 'tags.0', message: 'no' }, { field: 'delay_s', message: 'too long' }])
  expect(refusalOf(invalid)).toEqual({ problems: { tags: 'no', when: 'too long' }, rest: null })
  expect(refusalOf(new ApiProblem(409, 'idempotency_conflict', 'Conflict', 'It belongs to job_1.')).problems).toEqual({ idempotency_key: 'It belongs to job_1.' })
})

test('what no field is about is said once', () => {
  expect(refusalOf(new ApiProblem(403, 'missing_scope', 'Forbidden', 'This needs the scope jobs:enqueue.')).rest).toMatch(/^This needs the scope jobs:enqueue\. Ask/)
  expect(refusalOf(new ApiProblem(404, 'unknown_function', 'Not Found', 'No such function.')).rest).toBe('No such function.')
  expect(refusalOf(new BackendAway('Away.')).rest).toMatch(/Nothing is lost/)
})
