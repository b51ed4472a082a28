import { expect, test } from 'vitest'
import { apisOfRange, endpointsOfDay, endpointsOfRange, figuresText, NO_FIGURES, uncalledText } from '@/features/apis/figures'

const listed = [{ method: 'GET', path: '/', tags: ['front'] }, { method: 'GET', path: '/old', tags: ['old'] }, { method: '*', path: '(unmatched)', tags: [] }]
const called = (...paths: readonly string[]) => paths.map((path) => ({ ...NO_FIGURES, method: 'GET', path, requests: 3 }))

test('of a range, endpoints have what was counted in it; those listed that nobody called have nothing, and those gone since are there', () => {
  const rows = endpointsOfRange(listed, { after: null, before: null, endpoints: called('/', '/gone'), whole: NO_FIGURES })
  expect(rows.map(({ method, path, requests }) => [method, path, requests])).toEqual([['GET', '/', 3], ['GET', '/gone', 3], ['GET', '/old', 0], ['*', '(unmatched)', 0]])
  expect(rows[2]?.p95_latency_ms).toBeNull()
  expect(rows.map(({ tags }) => tags)).toEqual([['front'], [], ['old'], []])
})

test('live, they have those of 24 hours', () => {
  expect(endpointsOfDay([{ ...NO_FIGURES, method: 'GET', path: '/', tags: [], requests_24h: 7 }])[0]?.requests).toBe(7)
})

test('of a range, an API nobody called is listed with nothing', () => {
  const api = { active: true, instance_count: 2, instances: [], endpoint_count: 4, requests_24h: 99, avg_latency_ms: 1, error_rate: 50, requests_per_min: 9 }
  const rows = apisOfRange([{ ...api, name: 'shop' }, { ...api, name: 'mail' }], { after: null, before: null, apis: [{ ...NO_FIGURES, name: 'shop', requests: 6, error_rate: 0, p95_latency_ms: 20 }] })
  expect(rows.map(({ name, requests, error_rate, latency, endpoint_count }) => [name, requests, error_rate, latency.p95, endpoint_count])).toEqual([['shop', 6, 0, 20, 4], ['mail', 0, null, null, 4]])
})

test('it says how many nobody called, and what the figures are of', () => {
  expect([uncalledText(1, false), uncalledText(3, true)]).toEqual(['1 route without a call in the last 24 h', '3 routes without a call in this range'])
  expect(figuresText(1200, { after: '2026-01-01T11:00:00.000Z', before: '2026-01-01T12:00:00.000Z' })).toMatch(/^1,200, figures of .*\d{2}:00–\d{2}:00$/)
  expect(figuresText(2, { after: null, before: null })).toBe('2, nothing to count yet')
})
