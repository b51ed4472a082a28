import { expect, test } from 'vitest'
import { isWithinRequests, narrowestRequests } from '@/features/apis/request-filter'

const request = { api_name: 'shop', method: 'GET', path: '/products', status: 200, instance_id: 'a' }

test('a request is in the log when every word of the filter is its own', () => {
  expect(isWithinRequests({}, request)).toBe(true)
  expect(isWithinRequests({ api_name: 'shop', status: 200 }, request)).toBe(true)
  expect(isWithinRequests({ api_name: 'shop', status: 500 }, request)).toBe(false)
})

test('the narrowest filter is the first to drop, the API never', () => {
  expect(narrowestRequests({ api_name: 'shop', method: 'GET', status: 500 })).toEqual({ name: 'status 500', without: { api_name: 'shop', method: 'GET', status: undefined } })
  expect(narrowestRequests({ api_name: 'shop' })).toBeNull()
})
