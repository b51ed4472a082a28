import { expect, test } from 'vitest'
import { COLUMN_KEYS, USUAL_COLUMNS } from '@/features/jobs/column-choice'
import { columnsOf, columnWidths, errorLine } from '@/features/jobs/job-columns'
import { aJob } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

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

test('the usual columns fit a screen of 1440, and with a job beside them most of it', () => {
  const usual = columnWidths(columnsOf(USUAL_COLUMNS)) as Record<string, string>
  expect(parseInt(usual['--least'] ?? '', 10)).toBeLessThanOrEqual(1100)
  expect(parseInt(usual['--least-beside'] ?? '', 10)).toBeLessThanOrEqual(660)
})

test('a worker’s name leads to it among the others, in the same range', () => {
  const drawn = (search: string, worker: string | null): string => drawnAt('/jobs', columnsOf(['worker'])[0]?.cell(aJob({ worker_id: worker }), search))
  expect(drawn('?range=1h', 'shop-1')).toContain('href="/workers?range=1h&amp;worker=shop-1"')
  expect(drawn('', '7')).toContain('href="/workers?worker=%227%22"')
  expect(drawn('', null)).not.toContain('<a ')
})
