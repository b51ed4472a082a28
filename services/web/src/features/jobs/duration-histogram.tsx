import { Link } from '@tanstack/react-router'
import { useId } from 'react'
import '@/features/jobs/duration-histogram.css'
import { classText, jobsOfDuration, mostIn, reachedBy, type DurationClass } from '@/features/jobs/durations'
import { count, percent } from '@/lib/format'
import type { RangeSearch } from '@/lib/range'
import { useChartsAsTables } from '@/ui/charts-as-tables'
import { Nothing } from '@/ui/nothing'
import { scaledTo } from '@/ui/progress-bar'

interface DurationHistogramProps {
  readonly name: string
  readonly durations: readonly DurationClass[]
  readonly total: number
  /** The range of the jobs a bar leads to, where it is not the page's. */
  readonly range: RangeSearch
}

/** How many runs took how long, the shortest first. Each bar is the way to its jobs. */
export function DurationHistogram({ name, durations, total, range }: DurationHistogramProps) {
  const { asTables, toggle } = useChartsAsTables()
  const bodyId = useId()
  const label = `How long runs of ${name} took`
  const searchOf = (one: DurationClass) => ({ function: name, ...jobsOfDuration(one), ...range })
  return (
    <figure className="chart" aria-label={label}>
      <figcaption className="chart-readout">
        <span className="readout num">{total === 1 ? '1 run' : `${count(total)} runs`} that completed or failed</span>
        <button type="button" className="link-button" aria-expanded={asTables} aria-controls={bodyId} aria-keyshortcuts="t" onClick={toggle}>
          {asTables ? 'Chart' : 'Table'}
        </button>
      </figcaption>
      <div id={bodyId} className="histogram-room">
        {durations.length === 0 ? (
          <Nothing kind="none" title="No run ended in this time." />
        ) : asTables ? (
          <div className="table-scroll histogram-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Took</th>
                  <th scope="col" className="right">
                    Runs
                  </th>
                  <th scope="col" className="right">
                    Of all, so far
                  </th>
                </tr>
              </thead>
              <tbody>
                {durations.map((one, place) => (
                  <tr key={one.min_duration_ms}>
                    <th scope="row" className="num">
                      <Link to="/jobs" search={searchOf(one)}>
                        {classText(one)}
                      </Link>
                    </th>
                    <td className="right num">{count(one.count)}</td>
                    <td className="right num">{percent(reachedBy(durations, place))}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <ol className="histogram" style={scaledTo(mostIn(durations))}>
            {durations.map((one) => (
              <li key={one.min_duration_ms}>
                <Link to="/jobs" search={searchOf(one)} className="histogram-row num" aria-label={`${classText(one)}: ${count(one.count)} runs, their jobs`}>
                  <span className="faint">{classText(one)}</span>
                  <span className="histogram-bar" style={{ '--value': one.count }} />
                  <span>{count(one.count)}</span>
                </Link>
              </li>
            ))}
          </ol>
        )}
      </div>
    </figure>
  )
}
