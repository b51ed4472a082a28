import { expect, test } from 'vitest'
import { apdexBand } from '@/features/apis/apdex-band'

test('each band begins where its specification says', () => {
  const bands = [1, 0.94, 0.93, 0.85, 0.84, 0.7, 0.69, 0.5, 0.49, 0].map(apdexBand)
  expect(bands).toEqual(['excellent', 'excellent', 'good', 'good', 'fair', 'fair', 'poor', 'poor', 'unacceptable', 'unacceptable'])
})
