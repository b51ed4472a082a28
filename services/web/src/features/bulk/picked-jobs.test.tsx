import { expect, test } from 'vitest'
import { CANCEL, forEach, PickedJobs, Question, RE_RUN } from '@/features/bulk/picked-jobs'
import { aJob } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

const nothing = (): void => undefined
const buttonsIn = (text: string): string[] => [...text.matchAll(/<button[^>]*>(.*?)<\/button>/g)].map(([, inside = '']) => inside.replaceAll('<!-- -->', ''))

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

test('those that can still be cancelled and those that have ended are told apart', () => {
  const picked = [aJob({ status: 'failed' }), aJob({ status: 'complete' }), aJob({ status: 'active' })]
  expect(buttonsIn(drawnAt('/jobs', <PickedJobs picked={picked} onDrop={nothing} />))).toEqual(['Cancel 1 job', 'Re-run 2 jobs', 'Pick none'])
})

test.each([
  [CANCEL, ['Cancel 12 jobs', 'Keep them']],
  [RE_RUN, ['Re-run 12 jobs', 'Leave them']],
])('a question about many says how many, and how to leave it', (deed, buttons) => {
  const text = drawnAt('/jobs', <Question deed={deed} number={12} onAct={nothing} onKeep={nothing} />)
  expect(buttonsIn(text)).toEqual(buttons)
  expect(text).toContain(deed.means)
})
