import { ticks, type TimeScale } from '@/features/jobs/time-scale'
import { duration } from '@/lib/format'
import { toScale } from '@/ui/scale'

/** Offsets from the tree's beginning, and where idle time is folded. */
export function TimeAxis({ scale }: { scale: TimeScale }) {
  return (
    <div className="waterfall-axis num" aria-hidden>
      <span />
      <span />
      <span className="waterfall-scale scale">
        {ticks(scale, 5).map((offset) => (
          <i key={offset} className="waterfall-tick" style={toScale(scale.place(scale.from + offset))}>
            {roundTime(offset)}
          </i>
        ))}
        {scale.folds.map((fold) => (
          <i
            key={fold.from}
            className="waterfall-fold"
            style={toScale(scale.place(fold.from), scale.place(fold.to) - scale.place(fold.from))}
            title={`${duration(fold.to - fold.from)} in which nothing waited or ran`}
          />
        ))}
      </span>
    </div>
  )
}

function roundTime(ms: number): string {
  if (ms < 1000) return `${String(ms)} ms`
  if (ms < 60_000) return `${String(ms / 1000)} s`
  if (ms < 3_600_000) return `${String(Math.round(ms / 60_000))} m`
  return `${String(Math.round((ms / 3_600_000) * 10) / 10)} h`
}
