import { expect, test } from 'vitest'
import { perStep } from '@/ui/time-series'

test('a step is said in the longest unit it is whole in', () => {
  expect([10_000, 60_000, 300_000, 1_800_000, 3_600_000, 10_800_000, 86_400_000, 172_800_000].map(perStep)).toEqual([
    'per 10 seconds', 'per minute', 'per 5 minutes', 'per 30 minutes', 'per hour', 'per 3 hours', 'per day', 'per 2 days',
  ])
})
