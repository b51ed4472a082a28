// What differs between two texts, line by line, with a few lines around it.
import { structuredPatch } from 'diff'

const LINES_AROUND = 2
/** Two texts that share less than this are not told apart by lines; to look further would hold up the page. */
const MOST_EDITS = 400

interface DifferentLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
}

export interface Difference {
  /** How many lines that are the same were left out before it. */
  readonly skipped: number
  readonly lines: readonly DifferentLine[]
}

const KINDS: Readonly<Record<string, DifferentLine['kind']>> = { ' ': 'same', '-': 'gone', '+': 'new' }
const ended = (text: string): string => `${text.replace(/\n+$/, '')}\n`

/** None when they are the same; null when too little is. */
export function differencesOf(before: string, after: string): Difference[] | null {
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', { context: LINES_AROUND, maxEditLength: MOST_EDITS })
  if (!patch) return null
  let seen = 0
  return patch.hunks.map(({ oldStart, oldLines, lines }) => {
    const skipped = Math.max(0, oldStart - 1 - seen)
    seen = oldStart - 1 + oldLines
    return { skipped, lines: lines.flatMap((line) => lineOf(line) ?? []) }
  })
}

function lineOf(line: string): DifferentLine | null {
  const kind = KINDS[line[0] ?? '']
  return kind ? { kind, text: line.slice(1) } : null
}
