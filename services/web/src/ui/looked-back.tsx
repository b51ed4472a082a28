// A search looks at so many lines at a time: what it found ends where it stopped looking, and it goes on when asked.
import { momentText } from '@/lib/format'
import { Nothing } from '@/ui/nothing'

interface LookedBackProps {
  /** Where it stopped. */
  readonly until: string
  readonly onMore: () => void
  readonly isLooking?: boolean
}

const moment = (at: string): string => momentText(Date.parse(at))

/** Under what was found. */
export function LookedBack({ until, onMore, isLooking = false }: LookedBackProps) {
  return (
    <p className="table-foot num">
      Looked back to {moment(until)}
      <button type="button" className="link-button" disabled={isLooking} onClick={onMore}>
        Look further back
      </button>
    </p>
  )
}

/** In place of what was not found so far. */
export function NotSoFar({ noun, until, onMore, isLooking = false }: LookedBackProps & { readonly noun: string }) {
  return (
    <Nothing kind="none" title={`No ${noun} matches back to ${moment(until)}`}>
      <button type="button" className="button" disabled={isLooking} onClick={onMore}>
        Look further back
      </button>
    </Nothing>
  )
}
