import { expect, test } from 'vitest'
import { readQuery } from '@/features/jobs/qualifiers'

test('qualifiers become filters, and what is none is searched for', () => {
  expect(readQuery('fn:charge_card connection refused status:failed took:>1.5s arg.order.id:42')).toEqual({
    filter: { function: 'charge_card', status: ['failed'], min_duration_ms: 1500 },
    rest: 'connection refused arg.order.id:42',
    problem: null,
  })
})

test.each([
  ['status:failed,retrying status:failed', { status: ['failed', 'retrying'] }],
  ['STATUS:Failed', { status: ['failed'] }],
  ['took:>5s took:<1m', { min_duration_ms: 5000, below_duration_ms: 60_000 }],
  ['worker:"shop 1" tree:job_1', { worker_id: 'shop 1', root_id: 'job_1' }],
])('%s', (typed, filter) => {
  expect(readQuery(typed)).toEqual({ filter, rest: '', problem: null })
})

test.each(['job_01', 'ValueError: no such card', 'http://shop', '"a b"', 'arg.a:"b c"', ''])('%j is free text', (typed) => {
  expect(readQuery(typed)).toEqual({ filter: {}, rest: typed, problem: null })
})

test.each([
  ['status:broken', 'status:broken'],
  ['fn:a took:5s', 'took:5s'],
  ['took:>soon', 'took:>soon'],
  ['took:<0s', 'took:<0s'],
  ['took:>1m took:<5s', 'took:<5s'],
])('of %s the token that cannot be read is named, and nothing of it is asked', (typed, token) => {
  const { filter, rest, problem } = readQuery(typed)
  expect({ filter, rest }).toEqual({ filter: {}, rest: typed })
  expect(problem).toContain(`“${token}”`)
})
