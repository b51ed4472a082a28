// A tree at a glance: its jobs from the top to the bottom, compressed to a few lanes, and time to a few hundred columns.
// What would hide the worse hides nothing: where several fall on one place, the worst of them is drawn.
import type { Segment } from '@/features/jobs/segments'
import type { TimeScale } from '@/features/jobs/time-scale'

export const LANES = 14
export const COLUMNS = 400

/** From the least to the worst. */
export const MARKS = ['waiting', 'complete', 'cancelled', 'active', 'retrying', 'failed'] as const
export type Mark = (typeof MARKS)[number]

const OUTCOMES: Readonly<Record<string, Mark>> = { success: 'complete', failure: 'failed', timeout: 'failed', interrupted: 'retrying', handed_back: 'retrying', cancelled: 'cancelled' }

export interface Lanes {
  readonly count: number
  /** For each mark that occurs a path of boxes, one unit to a column and a lane. */
  readonly paths: readonly { readonly mark: Mark; readonly d: string }[]
}

export function lanesOf(jobs: readonly (readonly Segment[])[], { place }: Pick<TimeScale, 'place'>): Lanes {
  const count = Math.min(LANES, jobs.length)
  const cells = new Uint8Array(count * COLUMNS)
  jobs.forEach((segments, index) => {
    const lane = Math.floor((index * count) / jobs.length)
    for (const one of segments) fill(cells, lane * COLUMNS, one, place)
  })
  return { count, paths: pathsOf(cells) }
}

function fill(cells: Uint8Array, start: number, segment: Segment, place: TimeScale['place']): void {
  const rank = rankOf(segment)
  if (rank === 0) return
  const first = Math.min(COLUMNS - 1, Math.floor(place(segment.from) * COLUMNS))
  const last = Math.max(first, Math.ceil(place(segment.to) * COLUMNS) - 1)
  for (let column = start + first; column <= start + last; column += 1) if ((cells[column] ?? 0) < rank) cells[column] = rank
}

/** 0 for what is not drawn: waiting for its time. */
function rankOf({ kind, outcome }: Segment): number {
  if (kind === 'scheduled') return 0
  const mark: Mark = kind === 'running' ? (outcome === null ? 'active' : (OUTCOMES[outcome] ?? 'complete')) : 'waiting'
  return MARKS.indexOf(mark) + 1
}

function pathsOf(cells: Uint8Array): Lanes['paths'] {
  const found = new Map<number, string[]>()
  let to = 0
  while (to < cells.length) {
    const from = to
    const rank = cells[from] ?? 0
    const lane = Math.floor(from / COLUMNS)
    while (to < (lane + 1) * COLUMNS && cells[to] === rank) to += 1
    if (rank === 0) continue
    const box = `M${String(from - lane * COLUMNS)} ${String(lane)}h${String(to - from)}v1h-${String(to - from)}z`
    const boxes = found.get(rank)
    if (boxes) boxes.push(box)
    else found.set(rank, [box])
  }
  return MARKS.flatMap((mark, index) => {
    const boxes = found.get(index + 1)
    return boxes ? [{ mark, d: boxes.join('') }] : []
  })
}
