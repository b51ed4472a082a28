import type { ReactNode } from 'react'
import { ticks, type TimeScale } from '@/features/jobs/time-scale'
import { duration } from '@/lib/format'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/time-units'
import { toScale } from '@/ui/scale'

/** Offsets from the tree's beginning, and where idle time is folded. `children` stand before it. */
export function TimeAxis({ scale, children }: { scale: TimeScale; children?: ReactNode }) {
  const offsets = ticks(scale, 5)
  const places = offsets.map((offset) => scale.place(scale.origin + offset))
  return (
    <div className="waterfall-axis num">
      <span className="waterfall-section">{children}</span>
      <span className="waterfall-scale scale" aria-hidden>
        {scale.to > scale.from ? (
          <span className="waterfall-ends">
            <span>{scale.from > scale.origin ? duration(scale.from - scale.origin) : '0'}</span>
            <span>{duration(scale.to - scale.origin)}</span>
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

/** Whole to its last unit: of a section late in a long tree, 1 h 3 m or 2 m 0.5 s. */
export function roundTime(ms: number): string {
  if (ms < 1000) return `${String(ms)} ms`
  if (ms < MINUTE_MS) return `${String(ms / SECOND_MS)} s`
  const [hours, minutes, seconds] = [Math.floor(ms / HOUR_MS), Math.floor(ms / MINUTE_MS) % 60, (ms % MINUTE_MS) / SECOND_MS]
  return [hours > 0 ? `${String(hours)} h` : '', minutes > 0 ? `${String(minutes)} m` : '', seconds > 0 ? `${String(seconds)} s` : ''].filter(Boolean).join(' ')
}
