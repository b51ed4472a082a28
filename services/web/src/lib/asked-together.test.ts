import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askedTogether } from '@/lib/asked-together'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const asking = (tell: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>) => {
  const questions: (readonly string[])[] = []
  const one = askedTogether({
    ask: (ids) => {
      questions.push(ids)
      return tell(ids)
    },
    most: 3,
    gatherMs: 20,
    intervalMs: 1000,
  })
  return { questions, one: (id: string, signal = new AbortController().signal) => one(id, signal) }
}
const echo = (ids: readonly string[]) => Promise.resolve(new Map(ids.filter((id) => id !== 'unknown').map((id) => [id, `of ${id}`])))

test('what is asked within a moment is one question, and each gets its own answer', async () => {
  const { questions, one } = asking(echo)
  const answers = Promise.all([one('a'), one('b'), one('a'), one('unknown')])
  await vi.advanceTimersByTimeAsync(20)
  expect(questions).toEqual([['a', 'b', 'unknown']])
  expect(await answers).toEqual(['of a', 'of b', 'of a', null])
})

test('the next question waits its time, and one holds so many', async () => {
  const { questions, one } = asking(echo)
  void ['a', 'b', 'c', 'd'].map((id) => one(id))
  await vi.advanceTimersByTimeAsync(20)
  void one('e')
  await vi.advanceTimersByTimeAsync(900)
  expect(questions).toEqual([['a', 'b', 'c']])
  await vi.advanceTimersByTimeAsync(100)
  expect(questions).toEqual([['a', 'b', 'c'], ['d', 'e']])
})

test('what nobody waits for any more is not asked', async () => {
  const { questions, one } = asking(echo)
  const gone = new AbortController()
  void one('gone', gone.signal)
  void one('here')
  gone.abort()
  await vi.advanceTimersByTimeAsync(20)
  expect(questions).toEqual([['here']])
})

test('a refusal is told to all that were asked', async () => {
  const { one } = asking(() => Promise.reject(new Error('away')))
  const both = Promise.allSettled([one('a'), one('b')])
  await vi.advanceTimersByTimeAsync(20)
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
