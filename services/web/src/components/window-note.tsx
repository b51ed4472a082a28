import { useMatches } from '@tanstack/react-router'
import { useChangeRange, useWindow } from '@/components/use-range'
import { clockTime, spanOfTime, utcSpan } from '@/lib/format'
import { readAt } from '@/lib/range'
import { Separated } from '@/ui/separated'
import { Instant } from '@/ui/time'

/** Said while a range is chosen: which window the page shows, how fresh, and the ways out; or that the page is live all the same. */
export function WindowNote() {
  const shown = useWindow()
  const { goLive } = useChangeRange()
  const isAlwaysLive = useMatches({ select: (matches) => matches.at(-1)?.staticData.isAlwaysLive ?? false })
  if (!shown) return null
  if (isAlwaysLive)
    return (
      <p className="window-note" role="status">
        This page is live: the range chosen above rules other pages, not this one.
      </p>
    )
  return (
    <p className="window-note" role="status">
      <Separated>
        <>
          Showing <b className="num" title={utcSpan(shown.after, shown.before)}>{spanOfTime(shown.after, shown.before)}</b>
        </>
        <>
          data from <Instant at={shown.readAt} className="num">{clockTime(shown.readAt)}</Instant>
        </>
        <>
          <button type="button" className="link-button" onClick={readAt.refresh}>
            Refresh
          </button>
          <button type="button" className="link-button" onClick={goLive}>
            Back to live
          </button>
        </>
      </Separated>
    </p>
  )
}
