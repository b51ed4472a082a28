// Rows under heads: what a table draws line by line, so that it can be counted and drawn in part.

export interface GroupLine<Row> {
  readonly kind: 'group'
  readonly group: string
  readonly rows: readonly Row[]
  readonly isFolded: boolean
}

export interface RowLine<Row> {
  readonly kind: 'row'
  readonly row: Row
}

export type Line<Row> = GroupLine<Row> | RowLine<Row>

export const rowLine = <Row>(row: Row): RowLine<Row> => ({ kind: 'row', row })

/** Groups by their names, the nameless one last; the rows of each in the order they have. */
export function groupLines<Row>(rows: readonly Row[], groupOf: (row: Row) => string, isFolded: (group: string) => boolean): Line<Row>[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groupOf(row)
    const mine = groups.get(group)
    if (mine) mine.push(row)
    else groups.set(group, [row])
  }
  const names = [...groups.keys()].toSorted((a, b) => Number(a === '') - Number(b === '') || a.localeCompare(b))
  return names.flatMap((group) => {
    const mine = groups.get(group) ?? []
    const head: GroupLine<Row> = { kind: 'group', group, rows: mine, isFolded: isFolded(group) }
    return head.isFolded ? [head] : [head, ...mine.map(rowLine)]
  })
}
