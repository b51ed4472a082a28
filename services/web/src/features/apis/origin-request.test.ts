import { expect, test } from 'vitest'
import { originOf } from '@/features/apis/origin-request'

const NOON = Date.parse('2026-01-01T12:00:00Z')
const request = (id: string, beganMs: number, latency_ms: number) => ({ id, at: new Date(NOON + beganMs).toISOString(), latency_ms })
const origin = (requests: readonly ReturnType<typeof request>[]): string | undefined => originOf(requests, NOON)?.id

test('of requests within each other it is the innermost', () => {
  expect(origin([request('gateway', -30_000, 60_000), request('orders', -20_000, 50_000)])).toBe('orders')
})

test('one that had ended is passed over while another is under way', () => {
  expect(origin([request('orders', -30_000, 60_000), request('stock', -20_000, 10)])).toBe('orders')
})

test('where none is under way it is the last that came: an answer need not wait for what it enqueues', () => {
  expect(origin([request('orders', -30_000, 10), request('stock', -20_000, 10)])).toBe('stock')
})

test('two clocks may differ a little, and what came later did not lead to it', () => {
  expect(origin([request('orders', 500, 10)])).toBe('orders')
  expect(origin([request('other', 5000, 10)])).toBeUndefined()
  expect(origin([])).toBeUndefined()
})
