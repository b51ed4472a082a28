import { expect, test } from 'vitest'
import { failingTrouble, waitingTrouble } from '@/features/dashboard/trouble'
import { errorsVerdict, VerdictStrip, type Told } from '@/features/dashboard/verdict-strip'
import type { ApiPoint } from '@/features/apis/series'
import type { UnusualOut } from '@/generated/rest'
import { drawnAt } from '@/ui/testing'

const MINUTE = 60_000
const NOON = Date.parse('2026-03-01T12:00:00Z')

/** Ten minutes of a hundred requests each. */
const traffic = (status_4xx: number, status_5xx: number): Told<ApiPoint, never> => ({
  series: {
    data: {
      points: Array.from({ length: 10 }, (_, i) => ({
        at: new Date(NOON + i * MINUTE).toISOString(),
        status_1xx: 0,
        status_2xx: 100 - status_4xx - status_5xx,
        status_3xx: 0,
        status_4xx,
        status_5xx,
        avg_latency_ms: 1,
        p50_latency_ms: 1,
        p95_latency_ms: 1,
        p99_latency_ms: 1,
        apdex: 1,
      })),
    },
    step: '1m',
    from: NOON,
    after: NOON,
    before: NOON + 10 * MINUTE,
  },
  yesterday: null,
  unusual: undefined,
})

const unusual: UnusualOut = {
  after: null, before: null, usual_after: null, usual_before: null, least: 20, failing_total: 3, waiting_total: 1,
  failing: [{ function: 'resize', function_name: 'resize_image', level: 'bad', since: '2026-03-01T12:03:00Z', runs: 200, failures: 24, failure_rate: 12, usual_runs: 5000, usual_failure_rate: 2 }],
  waiting: [{ function: 'mail', function_name: 'mail', level: 'warn', since: null, starts: 40, p95_wait_ms: 9000, usual_starts: 900, usual_p95_wait_ms: 1500 }],
}

test('the figure that alarms is the one that is shown', () => {
  expect(errorsVerdict(traffic(7, 2), true)).toMatchObject({ value: 2 })
  expect(errorsVerdict(traffic(40, 0), false)).toMatchObject({ value: 40 })
})

test('a tile says whose trouble it is, what is usual there, since when, and leads to it', () => {
  const drawn = drawnAt('/dashboard', <VerdictStrip jobs={{ series: undefined, yesterday: null, unusual }} apis={traffic(0, 0)} deploys={[]} lead="the hour before" range={{ range: '15m' }} />)
  const tiles = drawn.split('<a ').slice(1)
  const text = tiles.map((tile) => tile.slice(tile.indexOf('>') + 1).replaceAll(/<[^>]*>/g, ''))
  expect(tiles.map((tile) => /data-tone="(\w+)"/.exec(tile)?.[1])).toEqual([undefined, 'bad', 'warn', undefined])
  expect(text[1]).toMatch(/^Failingsince .*resize_image 12 %, usual 2 % \+2$/)
  expect(tiles[0], 'a line is there before it is known what to say').toContain('<span class="tile-note num">\u00a0</span>')
  expect(tiles[1]).toContain('function=resize')
  expect(text[2]).toContain('mail 9.00 s, usual 1.50 s')
  expect(text[2]).not.toContain('since')
})

test('how many there were is said in a sentence, and how few would not do', () => {
  expect(failingTrouble(unusual, {})?.words).toBe('resize_image: 24 of 200 jobs failed, 12 %. In the 24 hours before, 2 % of its 5,000 did. Of fewer than 20 jobs nothing is said.')
  expect(waitingTrouble({ ...unusual, waiting: [] })).toBeNull()
  expect(failingTrouble(undefined, {})).toBeNull()
})
