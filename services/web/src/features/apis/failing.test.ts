import { expect, test } from 'vitest'
import { failingEndpoint, isFailing, openedBy, type FailingException } from '@/features/apis/failing'

const boom: FailingException = {
  method: 'GET', path: '/a', error_type: 'ValueError', fingerprint: '00ff00ff00ff00ff', message: 'no', requests: 2, last_request_at: '2026-01-01T12:00:00.000Z',
  has_traceback: true, traceback: null, version: null,
}

test('an exception is opened by its kind and its endpoint, if it has a traceback', () => {
  expect(openedBy(boom)).toBe('00ff00ff00ff00ff GET /a')
  expect(openedBy({ ...boom, path: '/b' })).not.toBe(openedBy(boom))
  expect(openedBy({ ...boom, has_traceback: false })).toBeNull()
  expect(openedBy({ ...boom, method: '*', path: null, error_type: null, fingerprint: null })).toBeNull()
})

test('all others are of no endpoint', () => {
  expect(failingEndpoint(boom)).toEqual({ method: 'GET', path: '/a' })
  expect(failingEndpoint({ method: '*', path: null })).toBeNull()
})

test('there is something to show where an exception or a field was told of', () => {
  expect(isFailing({ exceptions: [], fields: [] })).toBe(false)
  expect(isFailing({ exceptions: [boom], fields: [] })).toBe(true)
  expect(isFailing({ exceptions: [], fields: [{ method: 'GET', path: '/a', field: 'body.a', rule: 'missing', requests: 1, last_request_at: '2026-01-01T12:00:00.000Z' }] })).toBe(true)
})
