import { useChangeRange, useWindow } from '@/components/use-range'
import { clockTime, spanOfTime } from '@/lib/format'
import { readAt } from '@/lib/range'

/** Said on every page that shows a window: which, how fresh, and the ways out. */
export function WindowNote() {
  const shown = useWindow()
  const { goLive } = useChangeRange()
  if (!shown) return null
  return (
    <p className="window-note" role="status">
      Showing <b className="num">{spanOfTime(shown.after, shown.before)}</b> · data from <span className="num">{clockTime(new Date(shown.readAt).toISOString())}</span> ·{' '}
      <button type="button" className="link-button" onClick={readAt.refresh}>
        Refresh
      </button>
      <button type="button" className="link-button" onClick={goLive}>
        Back to live
      </button>
    </p>
  )
}
