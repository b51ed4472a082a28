import { expect, test } from 'vitest'
import { Journal } from '@/lib/stream/journal'

test('what comes while a read is under way is applied to its answer, in order; what came before or after is not', async () => {
  const journal = new Journal<string>()
  let answer: (text: string) => void = () => undefined
  journal.note('before')
  const read = journal.during(() => new Promise<string>((resolve) => (answer = resolve)), (text, event) => `${text} ${event}`)
  journal.note('one')
  journal.note('two')
  answer('read')
  expect(await read).toBe('read one two')
  journal.note('after')
})

test('a read that fails leaves nothing behind', async () => {
  const journal = new Journal<string>()
  await expect(journal.during(() => Promise.reject(new Error('away')), () => '')).rejects.toThrow('away')
  expect(await journal.during(() => Promise.resolve('read'), (text, event) => text + event)).toBe('read')
})
