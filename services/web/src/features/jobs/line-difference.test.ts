import { expect, test } from 'vitest'
import { differencesOf } from '@/features/jobs/line-difference'

const FRAMES = Array.from({ length: 10 }, (_, n) => `  File "shop.py", line ${String(n)}, in f${String(n)}`)
const traceback = (...lines: readonly string[]): string => ['Traceback (most recent call last):', ...lines, ''].join('\n')

test('what differs stands with two lines around it, and what was left out is counted', () => {
  const before = traceback(...FRAMES, 'ConnectionError: card 1')
  const after = traceback(...FRAMES, 'TimeoutError: card 1')
  expect(differencesOf(before, after)).toEqual([
    {
      skipped: 9,
      lines: [
        { kind: 'same', text: FRAMES[8] },
        { kind: 'same', text: FRAMES[9] },
        { kind: 'gone', text: 'ConnectionError: card 1' },
        { kind: 'new', text: 'TimeoutError: card 1' },
      ],
    },
  ])
})

test('far apart, each stands by itself', () => {
  const before = traceback('A', ...FRAMES, 'B')
  const found = differencesOf(before, traceback(...FRAMES, 'B', 'C'))
  expect(found?.map(({ skipped, lines }) => [skipped, lines.filter(({ kind }) => kind !== 'same')])).toEqual([
    [0, [{ kind: 'gone', text: 'A' }]],
    [7, [{ kind: 'new', text: 'C' }]],
  ])
})

test('the same text has none, however it ends', () => {
  expect(differencesOf('a\nb', 'a\nb\n\n')).toEqual([])
})

test('two that share nothing are not told apart by lines', () => {
  const lines = (word: string): string => Array.from({ length: 3000 }, (_, n) => `${word} ${String(n)}`).join('\n')
  expect(differencesOf(lines('one'), lines('other'))).toBeNull()
})
