import { expect, test } from 'vitest'
import { placeText, readPlace } from '@/features/apis/request-place'

test('a request is found again by what its address says', () => {
  const text = placeText({ api_name: 'shop', at: '2026-01-01T12:00:00.250Z', id: 'a.b-1:2@c' })
  expect(text).toBe('shop~1767268800250~a.b-1:2@c')
  expect(readPlace(text)).toEqual({ apiName: 'shop', at: 1767268800250, id: 'a.b-1:2@c' })
})

test.each([undefined, '', 'shop', 'shop~noon~r1', 'shop~1~', 'shop~1~r1~more', '~1~r1'])('%s is no place', (text) => {
  expect(readPlace(text)).toBeNull()
})
