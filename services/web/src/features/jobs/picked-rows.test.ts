import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MOST_PICKED, Picks, readIds, withoutPicked, withPicked, type PickedRows } from '@/features/jobs/picked-rows'
import { aJob } from '@/features/jobs/testing'

const kept = new Map<string, string>()

beforeEach(() => {
  vi.stubGlobal('sessionStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) })
})

afterEach(() => {
  vi.unstubAllGlobals()
  kept.clear()
})

const rows = (...ids: string[]): PickedRows => ({ jobs: ids.map((id) => aJob({ id })), isOnly: false })
const idsOf = ({ jobs }: PickedRows): string[] => jobs.map(({ id }) => id)

test('what is picked on several pages is one list, the newest first, each once', () => {
  const second = withPicked(withPicked(rows(), rows('c', 'd').jobs), rows('a', 'c').jobs)
  expect(idsOf(second)).toEqual(['d', 'c', 'a'])
  expect(withPicked(second, rows('a').jobs)).toBe(second)
})

test('no more are picked than can be asked for', () => {
  const many = Array.from({ length: MOST_PICKED + 5 }, (_, n) => aJob({ id: `job_${String(n).padStart(5, '0')}` }))
  const full = withPicked(rows(), many)
  expect(full.jobs).toHaveLength(MOST_PICKED)
  expect(withPicked(full, rows('zz').jobs)).toBe(full)
})

test('with the last one gone, all are shown again', () => {
  const only = { ...rows('b', 'a'), isOnly: true }
  expect(withoutPicked(only, ['a'])).toEqual({ jobs: [only.jobs[0]], isOnly: true })
  expect(withoutPicked(only, ['a', 'b'])).toEqual({ jobs: [], isOnly: false })
})

const ID = (end: string): string => `job_${end.padStart(26, '0')}`

test('the ids of what is picked outlive a reload of the tab, and nothing else of it', async () => {
  const before = new Picks()
  before.change((picked) => withPicked(picked, rows(ID('1'), ID('2')).jobs))
  expect([...kept.values()]).toEqual([`${ID('2')} ${ID('1')}`])

  const after = new Picks()
  expect(after.get().jobs).toEqual([])
  await after.restore(() => Promise.reject(new Error('away')))
  after.change((picked) => withPicked(picked, rows(ID('3')).jobs))
  const asked: string[][] = []
  await after.restore((ids) => {
    asked.push([...ids])
    return Promise.resolve(rows(ID('2')).jobs)
  })
  await after.restore(() => Promise.reject(new Error('asked twice')))
  expect(asked).toEqual([[ID('2'), ID('1')]])
  expect(idsOf(after.get())).toEqual([ID('3'), ID('2')])
  expect([...kept.values()]).toEqual([`${ID('3')} ${ID('2')}`])
})

test('what is dropped while it is read stays dropped', async () => {
  kept.set('millstream.picked-jobs', ID('1'))
  const picks = new Picks()
  const reading = picks.restore(() => Promise.resolve(rows(ID('1')).jobs))
  picks.drop()
  await reading
  expect(picks.get().jobs).toEqual([])
  expect(kept.size).toBe(0)
})

test('what a storage holds is ids, or nothing', () => {
  expect(readIds(null)).toEqual([])
  expect(readIds(`x ${ID('1')} job_2 {}`)).toEqual([ID('1')])
  expect(readIds(Array.from({ length: MOST_PICKED + 1 }, (_, n) => ID(String(n))).join(' '))).toHaveLength(MOST_PICKED)
})
