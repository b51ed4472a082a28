import { Link, type LinkProps } from '@tanstack/react-router'
import { useId } from 'react'
import { classText, mostIn, reachedBy, type DurationClass } from '@/lib/duration-class'
import { count, percent } from '@/lib/format'
import { useChartsAsTables } from '@/ui/charts-as-tables'
import '@/ui/histogram.css'
import { Nothing } from '@/ui/nothing'
import { scaledTo } from '@/ui/progress-bar'

/** What is kept free for one until it comes. */
export const HISTOGRAM_ROOM = 260

interface HistogramProps {
  readonly label: string
  readonly classes: readonly DurationClass[]
  /** Of what they are, as many. */
  readonly noun: 'runs' | 'requests'
  /** How many there are in all. */
  readonly note: string
  readonly empty: string
  /** Where those of a class are. */
  readonly doorOf: (one: DurationClass) => LinkProps
  readonly behind: string
}

/** How many took how long, the shortest first. Each bar is the way to those it counts. */
export function Histogram({ label, classes, noun, note, empty, doorOf, behind }: HistogramProps) {
  const { asTables, toggle } = useChartsAsTables()
  const bodyId = useId()
  return (
    <figure className="chart" aria-label={label}>
      <figcaption className="chart-readout">
        <span className="readout num">{note}</span>
        <button type="button" className="link-button" aria-expanded={asTables} aria-controls={bodyId} aria-keyshortcuts="t" onClick={toggle}>
          {asTables ? 'Chart' : 'Table'}
        </button>
      </figcaption>
      <div id={bodyId} className="histogram-room" style={{ '--classes': classes.length }}>
        {classes.length === 0 ? (
          <Nothing kind="none" title={empty} />
        ) : asTables ? (
          <Table label={label} classes={classes} noun={noun} doorOf={doorOf} />
        ) : (
          <ol className="histogram" style={scaledTo(mostIn(classes))}>
            {classes.map((one) => (
              <li key={one.least}>
                <Link {...doorOf(one)} className="histogram-row num" aria-label={`${classText(one)}: ${count(one.count)} ${noun}, ${behind}`}>
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

function Table({ label, classes, noun, doorOf }: Pick<HistogramProps, 'label' | 'classes' | 'noun' | 'doorOf'>) {
  return (
    <div className="table-scroll histogram-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Took</th>
            <th scope="col" className="right">
              {noun === 'runs' ? 'Runs' : 'Requests'}
            </th>
            <th scope="col" className="right">
              Of all, so far
            </th>
          </tr>
        </thead>
        <tbody>
          {classes.map((one, place) => (
            <tr key={one.least}>
              <th scope="row" className="num">
                <Link {...doorOf(one)}>{classText(one)}</Link>
              </th>
              <td className="right num">{count(one.count)}</td>
              <td className="right num">{percent(reachedBy(classes, place))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
