/** Running totals: what uPlot draws as one bar over the other is each series plus all before it. */
export function stacked(columns: readonly (readonly number[])[]): number[][] {
  const totals: number[] = []
  return columns.map((column) =>
    column.map((value, index) => {
      const total = (totals[index] ?? 0) + value
      totals[index] = total
      return total
    }),
  )
}
