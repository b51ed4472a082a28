// Cells of time and length, each with how many: how dark one is, and which is next to it for the arrows.

export interface HeatRow {
  readonly least: number
  /** Null: and all that took longer. */
  readonly below: number | null
}

export interface HeatColumn {
  readonly at: number
  /** Of each row, the shortest first. */
  readonly counts: readonly number[]
}

/** One that is not empty. */
export interface HeatCell {
  readonly column: number
  readonly row: number
  readonly count: number
}

export const cellsOf = (columns: readonly HeatColumn[]): HeatCell[] => columns.flatMap(({ counts }, column) => counts.flatMap((count, row) => (count > 0 ? [{ column, row, count }] : [])))

export const mostOf = (cells: readonly HeatCell[]): number => Math.max(0, ...cells.map(({ count }) => count))

/** What is seen of one beside none. */
const LEAST_PERCENT = 14
/** How dark, in percent: by the logarithm, or one busy cell would leave all others pale. */
export const darkness = (count: number, most: number): number =>
  count >= most ? 100 : Math.round(LEAST_PERCENT + ((100 - LEAST_PERCENT) * Math.log(count)) / Math.log(most))

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
/** Straight on, if it can be. */
const ASIDE = 3

/** The nearest in the direction of a key; undefined where there is none, or the key has none. */
export function cellBeside(cells: readonly HeatCell[], from: Pick<HeatCell, 'column' | 'row'>, key: string): HeatCell | undefined {
  if (key === 'Home') return cells[0]
  if (key === 'End') return cells.at(-1)
  const direction = DIRECTIONS[key]
  if (!direction) return undefined
  const [right, up] = direction
  let nearest: HeatCell | undefined
  let least = Infinity
  for (const cell of cells) {
    const [columns, rows] = [cell.column - from.column, cell.row - from.row]
    const ahead = columns * right + rows * up
    const way = ahead + ASIDE * Math.abs(right ? rows : columns)
    if (ahead > 0 && way < least) [nearest, least] = [cell, way]
  }
  return nearest
}
