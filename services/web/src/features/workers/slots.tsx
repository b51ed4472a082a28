const MOST_CELLS = 32

/** One cell for each slot, or one bar where there are too many to count. */
export function Slots({ taken, total }: { taken: number; total: number }) {
  if (total > MOST_CELLS)
    return (
      <span className="slot-bar" aria-hidden>
        <i style={{ transform: `scaleX(${String(Math.min(1, taken / total))})` }} />
      </span>
    )
  return (
    <span className="slots" aria-hidden>
      {Array.from({ length: total }, (_, index) => (
        <i key={index} data-used={index < taken} />
      ))}
    </span>
  )
}
