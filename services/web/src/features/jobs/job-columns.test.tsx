import { expect, test } from 'vitest'
import { COLUMN_KEYS, usualColumns } from '@/features/jobs/column-choice'
import { columnsOf, columnWidths, errorLine } from '@/features/jobs/job-columns'
import { aJob } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

const byEvent = { type: 'event', event_id: 'evt_1', event_type: 'order.paid' }

test('an error is one line, its type said once', () => {
  expect(errorLine({ error_type: 'OSError', error: 'disk full\nand more' })).toBe('OSError: disk full')
  expect(errorLine({ error_type: 'OSError', error: 'OSError: disk full' })).toBe('OSError: disk full')
  expect(errorLine({ error_type: null, error: null })).toBeNull()
})

test('there is a track for each column and for the box that picks; beside a job some give way', () => {
  const all = columnWidths(columnsOf(COLUMN_KEYS)) as Record<string, string>
  const tracks = (name: string): number => all[name]?.match(/px|fr\)/g)?.length ?? 0
  expect(tracks('--tracks')).toBe(COLUMN_KEYS.length + 1)
  expect(tracks('--tracks-beside')).toBe(columnsOf(COLUMN_KEYS).filter(({ beside }) => beside !== null).length + 1)
})

test('the usual columns fit a screen of 1440, fewer one of 1200, and with a job beside them most of it', () => {
  const least = (isRoomy: boolean, name: '--least' | '--least-beside'): number => parseInt((columnWidths(columnsOf(usualColumns(isRoomy))) as Record<string, string>)[name] ?? '', 10)
  // What the frame leaves of them.
  expect(least(true, '--least')).toBeLessThanOrEqual(1206)
  expect(least(false, '--least')).toBeLessThanOrEqual(966)
  expect(least(false, '--least-beside')).toBeLessThanOrEqual(660)
})

test('a column of an argument says what each was given there', () => {
  const [column] = columnsOf(['arg.order.id'])
  const drawn = (kwargs: Record<string, unknown> | null): string => drawnAt('/jobs', column?.cell(aJob({ kwargs }), ''))
  expect(column?.label).toBe('order.id')
  expect(drawn({ order: { id: 42 } })).toContain('>42<')
  expect(drawn({ order: { id: [1, 'a'] } })).toContain('[1,&quot;a&quot;]')
  expect(drawn({ order: 1 })).toContain('–')
  expect(drawn(null)).toContain('–')
})

test('where a job came from is a door: its parent, what it is a re-run of, what else came of the call', () => {
  const drawn = (change: Parameters<typeof aJob>[0]): string => drawnAt('/jobs', columnsOf(['trigger'])[0]?.cell(aJob(change), '?range=1h'))
  expect(drawn({ parent_id: 'job_p' })).toContain('href="/jobs/job_p?range=1h"')
  expect(drawn({ parent_id: 'job_p', source: byEvent })).toMatch(/href="\/jobs\?idempotency_key=evt_1".*>order\.paid</)
  expect(drawn({ source: { type: 'event' } })).toContain('Event')
  expect(drawn({ source: { type: 'cron' }, trace_id: '4bf9' })).toMatch(/href="\/functions\/resize\?tab=schedule".*>Schedule</)
  expect(drawn({ retried_from: 'job_r', parent_id: 'job_p' })).toContain('Re-run of')
  expect(drawn({ trace_id: '4bf9' })).toContain('href="/jobs?trace_id=4bf9"')
  expect(drawn({ source: null })).toContain('–')
})

test('a worker’s name leads to it among the others, in the same range', () => {
  const drawn = (search: string, worker: string | null): string => drawnAt('/jobs', columnsOf(['worker'])[0]?.cell(aJob({ worker_id: worker }), search))
  expect(drawn('?range=1h', 'shop-1')).toContain('href="/workers?range=1h&amp;worker=shop-1"')
  expect(drawn('', '7')).toContain('href="/workers?worker=%227%22"')
  expect(drawn('', null)).not.toContain('<a ')
})
