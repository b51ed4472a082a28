import { expect, test } from 'vitest'
import { suggestionsFor, type Known } from '@/features/jobs/query-suggestions'
import { aJob, jobId } from '@/features/jobs/testing'

const known: Known = {
  functions: [
    { key: 'charge_card', name: 'Charge card' },
    { key: 'resize', name: 'Resize' },
  ],
  workers: [{ id: 'shop 1', worker_name: 'shop', version: '1.4.2', pod: { name: 'shop-7d' } }],
  jobs: [
    aJob({ tags: ['nightly'], kwargs: { order: { id: 42, lines: [1] }, note: 'a b' } }),
    aJob({ id: jobId(2), tags: ['nightly', 'eu'], kwargs: { order: { id: 43 } }, parent_id: jobId(1), error_fingerprint: '0123456789abcdef', error_type: 'OSError' }),
  ],
}
const offered = (typed: string, caret = typed.length): string[] => suggestionsFor(typed, caret, known).list.map(({ text }) => text)

test('an empty box offers every qualifier with a word on it, and the paths of the rows at hand', () => {
  const { list } = suggestionsFor('', 0, known)
  expect(list.find(({ text }) => text === 'parent:')?.note).toBe('enqueued by a job')
  expect(list.map(({ text }) => text)).toEqual(expect.arrayContaining(['fn:', 'status:', 'took:', 'arg.note:', 'arg.order.id:']))
  expect(list.every(({ note, isBegun }) => note !== '' && !isBegun)).toBe(true)
})

test.each([
  ['ta', ['tag:']],
  ['-t', ['-tag:', '-tree:', '-trace:']],
  ['-to', []],
  ['arg.o', ['arg.order.id:']],
  ['-arg.n', ['-arg.note:']],
  ['card', ['fn:charge_card ']],
  ['fn:CARD', ['fn:charge_card ']],
  ['-fn:re', ['-fn:resize ']],
  ['fn:resize', []],
  ['status:fa', ['status:failed ']],
  ['status:failed,retr', ['status:failed,retrying ']],
  ['worker:', ['worker:"shop 1" ']],
  ['pod:s', ['pod:shop-7d ']],
  ['deploy:', ['deploy:1.4.2 ']],
  ['tag:', ['tag:nightly ', 'tag:eu ']],
  ['arg.order.id:', ['arg.order.id:42 ', 'arg.order.id:43 ']],
  ['arg.note:"a', ['arg.note:"a b" ']],
  ['parent:', [`parent:${jobId(1)} `]],
  ['-kind:', ['-kind:0123456789abcdef ']],
  ['-took:', []],
  ['nothing:x', []],
])('behind %j comes %j', (typed, texts) => {
  expect(offered(typed)).toEqual(texts)
})

test('it is about the word at the caret, which alone is replaced', () => {
  expect(suggestionsFor('refused ta fn:resize', 10, known)).toMatchObject({ from: 8, to: 10, list: [{ text: 'tag:', isBegun: true }] })
  expect(suggestionsFor('tag:n fn:', 3, known)).toMatchObject({ from: 0, to: 5, list: [{ text: 'tag:', isBegun: true }] })
})

test('a part of a name is found, but Tab does not take what was not begun', () => {
  expect(suggestionsFor('card', 4, known).list).toEqual([{ text: 'fn:charge_card ', note: 'function', isBegun: false }])
})
