import { expect, test } from 'vitest'
import { groupLines, type Line } from '@/lib/grouping'

const groupOf = (key: string): string => key.slice(0, Math.max(0, key.indexOf('.')))
const spelled = (lines: readonly Line<string>[]): string[] => lines.map((line) => (line.kind === 'row' ? line.row : `${line.isFolded ? '+' : '-'}${line.group} ${String(line.rows.length)}`))

test('groups stand by their names, the nameless last, and rows keep their order in them', () => {
  const lines = groupLines(['ping', 'b.two', 'a.one', 'b.one'], groupOf, () => false)
  expect(spelled(lines)).toEqual(['-a 1', 'a.one', '-b 2', 'b.two', 'b.one', '- 1', 'ping'])
})

test('a folded group is its head alone, which still knows its rows', () => {
  const lines = groupLines(['b.two', 'a.one', 'b.one'], groupOf, (group) => group === 'b')
  expect(spelled(lines)).toEqual(['-a 1', 'a.one', '+b 2'])
})
