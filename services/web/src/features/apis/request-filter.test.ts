import { expect, test } from 'vitest'
import { endpointOf, isWithinRequests, narrowestRequests, requestsOf, statusOf } from '@/features/apis/request-filter'

const request = { api_name: 'shop', method: 'GET', path: '/products', status: 200, latency_ms: 3, instance_id: 'a', response_bytes: 2048, consumer: 'web' }

test('a request is in the log when every word of the filter is its own', () => {
  expect(isWithinRequests({}, request)).toBe(true)
  expect(isWithinRequests({ api_name: 'shop', status: 200 }, request)).toBe(true)
  expect(isWithinRequests({ api_name: 'shop', status: 500 }, request)).toBe(false)
})

test('a latency is in its class from the least on, and below its end', () => {
  const taking = (latency_ms: number): boolean => isWithinRequests({ min_latency_ms: 2, below_latency_ms: 5 }, { ...request, latency_ms })
  expect([1.9, 2, 4.9, 5].map(taking)).toEqual([false, true, true, false])
})

test('an answer is so large, or larger; one of unknown size is in a log of all sizes alone', () => {
  const sending = (response_bytes: number | null): boolean => isWithinRequests({ min_response_bytes: 1024 }, { ...request, response_bytes })
  expect([null, 1023, 1024].map(sending)).toEqual([false, false, true])
  expect(isWithinRequests({}, { ...request, response_bytes: null })).toBe(true)
  expect(narrowestRequests({ min_response_bytes: 10_240 })?.name).toBe('answers of at least 10 KB')
})

test('of a consumer are its own requests, and those of nobody are nobody’s', () => {
  expect([{ ...request }, { ...request, consumer: 'app' }, { ...request, consumer: null }].map((one) => isWithinRequests({ consumer: 'web' }, one))).toEqual([true, false, false])
  expect(narrowestRequests({ consumer: 'web', status: 500 })).toEqual({ name: 'consumer web', without: { consumer: undefined, status: 500 } })
})

test('a status is one or all of a class', () => {
  expect(isWithinRequests({ status: '2xx' }, request)).toBe(true)
  expect(isWithinRequests({ status: '5xx' }, request)).toBe(false)
  expect(['404', '4xx', '4XX', '40', '6xx', '666', ''].map(statusOf)).toEqual([404, '4xx', '4xx', null, null, null, null])
})

test('a row of many routes has its requests in the log only where they have one name there', () => {
  expect(requestsOf({ method: 'GET', path: '/products' })).toEqual({ method: 'GET', path: '/products' })
  expect(requestsOf({ method: '*', path: '(unmatched)' })).toEqual({ path: '(unmatched)' })
  expect(requestsOf({ method: '*', path: '(other)' })).toBeNull()
})

test('a log narrowed to an endpoint is of it, also when nobody asked it lately, but not when it may be counted with others', () => {
  const products = { method: 'GET', path: '/products' }
  const unmatched = { method: '*', path: '(unmatched)' }
  const listed = [products, unmatched]
  expect(endpointOf({ ...products, status: '5xx' }, listed)).toEqual(products)
  expect(endpointOf({ path: '(unmatched)' }, listed)).toEqual(unmatched)
  expect(endpointOf({ method: 'GET', path: '(unmatched)' }, listed)).toBeNull()
  expect([{ method: 'GET' }, { path: '/products' }, {}].map((filter) => endpointOf(filter, listed))).toEqual([null, null, null])
  const old = { method: 'GET', path: '/old' }
  expect(endpointOf(old, listed)).toEqual(old)
  expect(endpointOf(old, [...listed, { method: '*', path: '(other)' }])).toBeNull()
})

test('the narrowest filter is the first to drop, the API never', () => {
  expect(narrowestRequests({ api_name: 'shop', method: 'GET', status: 500 })).toEqual({ name: 'status 500', without: { api_name: 'shop', method: 'GET', status: undefined } })
  expect(narrowestRequests({ api_name: 'shop' })).toBeNull()
})
