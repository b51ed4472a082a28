import { expect, test } from 'vitest'
import { errorsVerdict } from '@/features/dashboard/verdict-strip'

const MINUTE = 60_000
const NOON = Date.parse('2026-03-01T12:00:00Z')

/** Twenty minutes of a hundred requests each; the last ten are looked at. */
const traffic = (status_4xx: number, status_5xx: number): Parameters<typeof errorsVerdict>[0] => ({
  data: {
    points: Array.from({ length: 20 }, (_, i) => ({
      at: new Date(NOON + i * MINUTE).toISOString(),
      status_1xx: 0,
      status_2xx: 100 - status_4xx - (i < 10 ? 0 : status_5xx),
      status_3xx: 0,
      status_4xx,
      status_5xx: i < 10 ? 0 : status_5xx,
      avg_latency_ms: 1,
      p50_latency_ms: 1,
      p95_latency_ms: 1,
      p99_latency_ms: 1,
      apdex: 1,
    })),
  },
  step: '1m',
  from: NOON + 10 * MINUTE,
  after: NOON,
  before: NOON + 20 * MINUTE,
})

test('the figure that alarms is the one that is shown', () => {
  expect(errorsVerdict(traffic(7, 2))).toMatchObject({ value: 2, since: NOON + 11 * MINUTE })
})

test('errors of clients are counted, and alarm nobody', () => {
  expect(errorsVerdict(traffic(40, 0))).toMatchObject({ value: 40, since: null })
})
