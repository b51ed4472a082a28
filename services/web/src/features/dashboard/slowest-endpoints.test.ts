import { expect, test } from 'vitest'
import { timesText, usualOf } from '@/features/dashboard/slowest-endpoints'
import { NO_FIGURES } from '@/features/apis/figures'

test('what an endpoint usually takes is known where enough was asked of it the day before', () => {
  const one = (path: string, requests: number, p95_latency_ms: number | null) => ({ ...NO_FIGURES, method: 'GET', path, requests, p95_latency_ms })
  const endpoints = [one('/a', 20, 80), one('/few', 19, 80), one('/none', 0, null)]
  expect(usualOf('shop', { after: null, before: null, endpoints, whole: NO_FIGURES })).toEqual([['shop GET /a', 80]])
})

test('how many times its usual, and of about the same no number', () => {
  expect([3.14, 1.2, 0.9, 0.5, 250.4].map(timesText)).toEqual(['×3.1 usual', 'as usual', 'as usual', '×0.5 usual', '×250 usual'])
})
