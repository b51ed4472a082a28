import { expect, test } from 'vitest'
import type { BulkAction } from '@/features/bulk/api'
import { ConfirmBulk } from '@/features/bulk/confirm-bulk'
import { PickedJobs } from '@/features/bulk/picked-jobs'
import type { Picked } from '@/features/bulk/picks'
import { aJob } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

const nothing = (): void => undefined
const buttonsIn = (text: string): string[] => [...text.matchAll(/<button[^>]*>(.*?)<\/button>/g)].map(([, inside = '']) => inside.replaceAll('<!-- -->', ''))
const textIn = (text: string): string => text.replaceAll(/<[^>]*>/g, '')

test('those that can still be cancelled and those that have ended are told apart, wherever they were picked', () => {
  const jobs = [aJob({ id: 'c', status: 'failed' }), aJob({ id: 'b', status: 'complete' }), aJob({ id: 'a', status: 'active' })]
  const picked: Picked = { jobs, isOnly: false, ids: new Set(['a', 'b', 'c']), isFull: false, add: nothing, remove: nothing, toggle: nothing, drop: nothing, showOnly: nothing }
  const drawn = drawnAt('/jobs', <PickedJobs picked={picked} all={jobs} />)
  expect(buttonsIn(drawn)).toEqual(['Cancel 1 job', 'Re-run 2 jobs', 'Picked only', 'Pick none'])
  expect(textIn(drawn)).toContain('3 picked')
})

const draft: BulkAction = {
  id: 'bulk_1',
  action: 'cancel',
  state: 'draft',
  name: null,
  reason: null,
  filter: {},
  picked: 12,
  total: 12,
  done: 0,
  skipped: 0,
  skips: [],
  created_at: '2026-01-02T03:04:05.000Z',
  created_by: 'ann',
  started_at: null,
  completed_at: null,
  trace_id: null,
}
const confirm = (more: Partial<BulkAction>): string => drawnAt('/jobs', <ConfirmBulk draft={{ ...draft, ...more }} onStarted={nothing} onKeep={nothing} />)

test('a question about many says how many, what it means, and how to leave it', () => {
  expect(buttonsIn(confirm({}))).toEqual(['Cancel 12 jobs', 'Keep them'])
  expect(buttonsIn(confirm({ action: 'retry' }))).toEqual(['Re-run 12 jobs', 'Leave them'])
  expect(textIn(confirm({}))).toContain('12 jobs. Those that wait never start')
  expect(textIn(confirm({ picked: null }))).toContain('12 jobs, as found at')
})

test('those it cannot be done to are said before, and are not counted in what will be done', () => {
  const skips = [{ code: 'illegal_state', detail: 'It cannot be cancelled: the job is complete already.', count: 2, job_id: 'job_1' }]
  const some = confirm({ skipped: 2, skips })
  expect(buttonsIn(some)[0]).toBe('Cancel 10 jobs')
  expect(textIn(some)).toContain('2 of 12 skipped: It cannot be cancelled')
  expect(buttonsIn(confirm({ skipped: 12, skips }))).toEqual(['Keep them'])
})
