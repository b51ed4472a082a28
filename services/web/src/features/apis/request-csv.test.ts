import { expect, test } from 'vitest'
import { csvHead, csvOf } from '@/features/apis/request-csv'
import type { ApiRequestEvent } from '@/features/apis/api'

const request: ApiRequestEvent = {
  id: 'req_1', at: '2026-01-02T03:04:05.678Z', api_name: 'shop', method: 'GET', path: '/products/{id}', status: 200, latency_ms: 1.25, instance_id: 'i1',
  sampled: false, trace_id: null, request_bytes: null, response_bytes: 42, consumer: 'web',
}

const lines = (text: string): string[] => text.split('\r\n')

test('a line has a cell for each name, empty where nothing is known', () => {
  expect(lines(csvHead())[0]?.split(',')).toHaveLength(13)
  expect(csvOf([request])).toBe('2026-01-02T03:04:05.678Z,shop,GET,/products/{id},200,1.25,,42,web,i1,,req_1,false\r\n')
})

test.each([
  ['a, b', '"a, b"'],
  ['say "no"', '"say ""no"""'],
  ['=1+1', "'=1+1"],
  ['-x,y', '"\'-x,y"'],
])('%s is kept as one cell that nobody computes', (consumer, expected) => {
  expect(csvOf([{ ...request, consumer }])).toContain(`,${expected},i1,`)
})
