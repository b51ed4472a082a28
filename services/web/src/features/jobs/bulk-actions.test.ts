import { expect, test } from 'vitest'
import { forEach } from '@/features/jobs/bulk-actions'

test('each is asked for once, a few at a time, and a refusal stops nobody', async () => {
  let running = 0
  let most = 0
  const asked: number[] = []
  const outcome = await forEach([1, 2, 3, 4, 5, 6, 7], async (n) => {
    asked.push(n)
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
    if (n === 3) throw new Error('It has ended.')
  })
  expect(asked.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect([most, outcome]).toEqual([4, { done: 6, refusals: ['It has ended.'] }])
})
