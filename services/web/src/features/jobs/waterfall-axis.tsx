import { ticks, type TimeScale } from '@/features/jobs/time-scale'
import { duration } from '@/lib/format'
import { toScale } from '@/ui/scale'

/** Offsets from the tree's beginning, and where idle time is folded. */
export function TimeAxis({ scale }: { scale: TimeScale }) {
  const offsets = ticks(scale, 5)
  const places = offsets.map((offset) => scale.place(scale.from + offset))
  return (
    <div className="waterfall-axis num" aria-hidden>
      <span />
      <span />
      <span className="waterfall-scale scale">
        {scale.to > scale.from ? (
          <span className="waterfall-ends">
            <span>0</span>
            <span>{duration(scale.to - scale.from)}</span>
          </span>
        ) : null}
        {offsets.map((offset, n) => {
          const place = places[n] ?? 1
          return (
            <i key={offset} className="waterfall-tick" style={toScale(place, (places[n + 1] ?? 1) - place)}>
              {roundTime(offset)}
            </i>
          )
        })}
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
