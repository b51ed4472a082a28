import { expect, test } from 'vitest'
import type { Job } from '@/features/jobs/api'
import { MOST_TOGGLED, nextError, reasonOf, toggle, treeRows, type TreeRow } from '@/features/jobs/tree'
import { aJob, jobId } from '@/features/jobs/testing'
import type { ApiRequestEvent } from '@/generated/rest'

const request: ApiRequestEvent = { id: 'r1', at: '2026-01-01T10:00:00.000Z', api_name: 'shop', method: 'POST', path: '/orders', status: 201, latency_ms: 34, instance_id: 'i', sampled: false, trace_id: null, request_bytes: null, response_bytes: null, consumer: null }
const shape = { request: null, toggled: new Set<string>(), opening: 'usual' as const, isErrorsOnly: false, attemptsOf: null, runs: [] }
const child = (n: number, change: Partial<Job> = {}): Job => aJob({ id: jobId(n), parent_id: jobId(1), root_id: jobId(1), function: 'mail', ...change })
const told = (rows: readonly TreeRow[]): string[] => rows.map((row) => `${'-'.repeat(row.level)} ${row.kind === 'group' ? `×${String(row.jobs.length)}` : row.key}`)

test('children stand below their parent, one level deeper', () => {
  const rows = treeRows([aJob(), child(2), child(3, { parent_id: jobId(2) })], shape)
  expect(rows.map((row) => [row.key, row.level, row.isOpen])).toEqual([
    [jobId(1), 1, true],
    [jobId(2), 2, true],
    [jobId(3), 3, null],
  ])
})

test('the request it came from is the root, with the jobs it enqueued below; folded, it is alone', () => {
  const jobs = [aJob(), child(2), aJob({ id: jobId(3), root_id: jobId(3) })]
  const rows = treeRows(jobs, { ...shape, request })
  expect(rows.map((row) => [row.kind, row.level, row.position, row.setSize])).toEqual([
    ['request', 1, 1, 1],
    ['job', 2, 1, 2],
    ['job', 3, 1, 1],
    ['job', 2, 2, 2],
  ])
  expect(treeRows(jobs, { ...shape, request, toggled: new Set(['request']) })).toMatchObject([{ kind: 'request', isOpen: false }])
  expect(nextError(treeRows([aJob()], { ...shape, request: { ...request, status: 503 } }), jobId(1))?.kind).toBe('request')
})

test('what was folded shows no children', () => {
  expect(treeRows([aJob(), child(2)], { ...shape, toggled: new Set([jobId(1)]) })).toMatchObject([{ key: jobId(1), isOpen: false }])
})

test('more than eight of a function under one parent are one row, opened by hand', () => {
  const jobs = [aJob(), ...Array.from({ length: 9 }, (_, n) => child(n + 2)), child(20, { function: 'other' })]
  const rows = treeRows(jobs, shape)
  expect(told(rows)).toEqual([`- ${jobId(1)}`, '-- ×9', `-- ${jobId(20)}`])
  const group = rows[1]
  expect(group).toMatchObject({ isOpen: false, position: 1, setSize: 2 })
  expect(treeRows(jobs, { ...shape, toggled: new Set([group?.key ?? '']) })).toHaveLength(12)
})

test('a job whose parent is not in the tree stands at its top', () => {
  expect(treeRows([child(2)], shape)).toMatchObject([{ key: jobId(2), level: 1 }])
})

test('the attempts of the shown job are rows when there is more than one', () => {
  const run = { queuedAt: 0, startedAt: 0, endedAt: 1, outcome: 'failure' }
  const rows = treeRows([aJob()], { ...shape, attemptsOf: jobId(1), runs: [{ attempt: 1, ...run }, { attempt: 2, ...run }] })
  expect(rows.map((row) => row.kind)).toEqual(['job', 'attempt', 'attempt'])
})

test('the next error is found below, then from the top', () => {
  const rows = treeRows([aJob(), child(2, { status: 'failed' }), child(3), child(4, { status: 'failed' })], shape)
  expect(nextError(rows, jobId(2))?.key).toBe(jobId(4))
  expect(nextError(rows, jobId(4))?.key).toBe(jobId(2))
  expect(nextError(treeRows([aJob()], shape), null)).toBeNull()
})

test('a row is opened and folded again, and only so many are remembered', () => {
  expect(toggle(['a', 'b'], 'a')).toEqual(['b'])
  expect(toggle(['a'], 'b')).toEqual(['a', 'b'])
  const many = Array.from({ length: MOST_TOGGLED }, (_, n) => String(n))
  expect(toggle(many, 'new')).toEqual([...many.slice(1), 'new'])
})

test('all rows are open, or only the first, and what is opened or folded by hand differs from that', () => {
  const jobs = [aJob(), ...Array.from({ length: 9 }, (_, n) => child(n + 2))]
  expect(treeRows(jobs, { ...shape, opening: 'all' })).toHaveLength(11)
  expect(told(treeRows(jobs, { ...shape, opening: 'none' }))).toEqual([`- ${jobId(1)}`])
  expect(told(treeRows(jobs, { ...shape, opening: 'none', toggled: new Set([jobId(1)]) }))).toEqual([`- ${jobId(1)}`, '-- ×9'])
  expect(told(treeRows(jobs, { ...shape, opening: 'all', toggled: new Set([jobId(1)]) }))).toEqual([`- ${jobId(1)}`])
})

test('errors only: what failed, or is tried again, with what it came from, and attempts that failed', () => {
  const jobs = [aJob(), child(2), child(3, { parent_id: jobId(2), status: 'retrying' }), child(4, { status: 'failed' }), child(5, { status: 'complete' })]
  expect(told(treeRows(jobs, { ...shape, isErrorsOnly: true }))).toEqual([`- ${jobId(1)}`, `-- ${jobId(2)}`, `--- ${jobId(3)}`, `-- ${jobId(4)}`])
  const many = [aJob(), ...Array.from({ length: 12 }, (_, n) => child(n + 2, { status: n < 9 ? 'failed' : 'complete' }))]
  expect(treeRows(many, { ...shape, isErrorsOnly: true }).map(({ kind }) => kind)).toEqual(['job', 'group', ...Array.from({ length: 9 }, () => 'job')])
  const run = { queuedAt: 0, startedAt: 0, endedAt: 1 }
  const runs = [{ attempt: 1, outcome: 'timeout', ...run }, { attempt: 2, outcome: 'success', ...run }]
  expect(told(treeRows(jobs.slice(0, 2), { ...shape, isErrorsOnly: true, attemptsOf: jobId(2), runs }))).toEqual([`- ${jobId(1)}`, `-- ${jobId(2)}`, `--- ${jobId(2)}#1`])
  expect(treeRows([aJob(), child(2)], { ...shape, isErrorsOnly: true })).toEqual([])
})

test('of five thousand jobs errors only leaves the way to the one that failed', () => {
  const jobs = [aJob(), ...Array.from({ length: 4999 }, (_, n) => aJob({ id: `job_${String(n).padStart(26, '0')}`, parent_id: n === 0 ? jobId(1) : `job_${String(Math.floor(n / 2)).padStart(26, '0')}`, status: n === 4000 ? 'failed' : 'complete' }))]
  const rows = treeRows(jobs, { ...shape, isErrorsOnly: true })
  expect(rows.length).toBeLessThan(20)
  expect(rows.at(-1)?.key).toBe(`job_${'4000'.padStart(26, '0')}`)
})

test('a row says why its job failed, for good or for now; what is over well says nothing of it', () => {
  const jobs = [aJob({ status: 'failed', error: 'declined' }), child(2, { status: 'retrying', error: 'busy' }), child(3, { status: 'complete', error: 'busy' })]
  expect(treeRows(jobs, { ...shape, request }).map(reasonOf)).toEqual([null, 'declined', 'busy', null])
})
