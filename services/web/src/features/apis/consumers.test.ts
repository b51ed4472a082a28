import { expect, test } from 'vitest'
import { callersByEndpoint } from '@/features/apis/consumers'

test('an endpoint finds its consumers by the name it has in the table', () => {
  const callers = callersByEndpoint([
    { method: 'GET', path: '/products', consumers: 3 },
    { method: '*', path: '(unmatched)', consumers: 1 },
  ])
  expect([callers.get('GET /products'), callers.get('(unmatched)'), callers.get('GET /')]).toEqual([3, 1, undefined])
})
