import { useChangeRange, useWindow } from '@/components/use-range'
import { clockTime, spanOfTime, utcSpan } from '@/lib/format'
import { readAt } from '@/lib/range'
import { Instant } from '@/ui/time'

/** Said on every page that shows a window: which, how fresh, and the ways out. */
export function WindowNote() {
  const shown = useWindow()
  const { goLive } = useChangeRange()
  if (!shown) return null
  return (
    <p className="window-note" role="status">
      Showing <b className="num" title={utcSpan(shown.after, shown.before)}>{spanOfTime(shown.after, shown.before)}</b> · data from <Instant at={shown.readAt} className="num">{clockTime(shown.readAt)}</Instant> ·{' '}
      <button type="button" className="link-button" onClick={readAt.refresh}>
        Refresh
      </button>
      <button type="button" className="link-button" onClick={goLive}>
        Back to live
      </button>
    </p>
  )
}
