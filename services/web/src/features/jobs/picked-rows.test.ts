import { expect, test } from 'vitest'
import { MOST_PICKED, withoutPicked, withPicked, type PickedRows } from '@/features/jobs/picked-rows'
import { aJob } from '@/features/jobs/testing'

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
