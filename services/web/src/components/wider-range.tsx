import { Link } from '@tanstack/react-router'
import { useRange } from '@/components/use-range'
import { readAt, widerThan } from '@/lib/range'

/** Where a range has nothing: the way to look further. */
export function WiderRange() {
  const wider = widerThan(useRange())
  if (!wider) return null
  return (
    <Link to="." search={(previous) => ({ ...previous, ...wider.search, cursor: undefined })} className="button" onClick={readAt.refresh}>
      Look in {wider.words}
    </Link>
  )
}
