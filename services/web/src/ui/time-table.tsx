import type { DeployMark } from '@/lib/deploys'
import { bucketText, marksIn, valueText, type ChartPoint, type ChartSeries } from '@/ui/time-series'

interface TimeTableProps {
  readonly label: string
  readonly series: readonly ChartSeries[]
  readonly points: readonly ChartPoint[]
  readonly stepMs: number
  readonly marks: readonly DeployMark[]
  readonly onZoom?: ((after: number, before: number) => void) | undefined
}

/** A chart's numbers, newest first. A bucket's time zooms to it, as dragging over the chart does. */
export function TimeTable({ label, series, points, stepMs, marks, onZoom }: TimeTableProps) {
  const newest = points.at(-1)
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">From</th>
            {series.map((one) => (
              <th key={one.key} scope="col" className="right">
                {one.label}
              </th>
            ))}
            {marks.length > 0 ? <th scope="col">Deployed</th> : null}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.at}>
              <th scope="row" className="num">
                {onZoom ? (
                  <button
                    type="button"
                    className="link-button"
                    title="Zoom to this time"
                    onClick={() => {
                      onZoom(point.at, point.at + stepMs)
                    }}
                  >
                    {bucketText(point.at, stepMs, newest?.at ?? point.at)}
                  </button>
                ) : (
                  bucketText(point.at, stepMs, newest?.at ?? point.at)
                )}
              </th>
              {series.map((one, index) => (
                <td key={one.key} className="right num">
                  {valueText(one, point.values[index] ?? null)}
                </td>
              ))}
              {marks.length > 0 ? <td>{marksIn(marks, point.at, stepMs).join('; ')}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
