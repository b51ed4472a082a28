/** The rows of a table that are not drawn, above or below those in sight. */
export function RowGap({ px }: { px: number }) {
  if (px === 0) return null
  return (
    <tr className="table-gap" aria-hidden>
      <td style={{ height: px }} />
    </tr>
  )
}
