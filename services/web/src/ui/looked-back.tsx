// A search looks at so many lines at a time: what it found ends where it stopped looking, and it goes on when asked.
import { momentText } from '@/lib/format'
import { Nothing } from '@/ui/nothing'
import { Instant } from '@/ui/time'

interface LookedBackProps {
  /** Where it stopped. */
  readonly until: string
  readonly onMore: () => void
  readonly isLooking?: boolean
}

const Moment = ({ at }: { at: string }) => <Instant at={at}>{momentText(Date.parse(at))}</Instant>

/** Under what was found. */
export function LookedBack({ until, onMore, isLooking = false }: LookedBackProps) {
  return (
    <p className="table-foot num">
      Looked back to <Moment at={until} />
      <button type="button" className="link-button" disabled={isLooking} onClick={onMore}>
        Look further back
      </button>
    </p>
  )
}

/** In place of what was not found so far. */
export function NotSoFar({ noun, until, onMore, isLooking = false }: LookedBackProps & { readonly noun: string }) {
  return (
    <Nothing kind="none" title={
        <>
          No {noun} matches back to <Moment at={until} />
        </>
      }>
      <button type="button" className="button" disabled={isLooking} onClick={onMore}>
        Look further back
      </button>
    </Nothing>
  )
}
