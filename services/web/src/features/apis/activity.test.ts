import { expect, test } from 'vitest'
import { hoursByEndpoint } from '@/features/apis/activity'

test('each endpoint has its hours, one that was not called has empty ones, and none has any before they are read', () => {
  const hours = ['2026-01-01T11:00:00Z', '2026-01-01T12:00:00Z']
  const of = hoursByEndpoint({ hours, endpoints: [{ method: 'GET', path: '/a', status_2xx: [1, 2], status_3xx: [0, 0], status_4xx: [0, 3], status_5xx: [0, 0] }] })
  expect(of?.('GET /a').parts.map(({ name, hours: counts }) => [name, counts])).toEqual([['2xx', [1, 2]], ['3xx', [0, 0]], ['4xx', [0, 3]], ['5xx', [0, 0]]])
  expect(of?.('GET /b')).toEqual({ hours, parts: [] })
  expect(hoursByEndpoint(undefined)).toBeUndefined()
})
