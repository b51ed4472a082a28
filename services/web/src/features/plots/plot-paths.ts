// Series as paths, one for all of a series' marks: twenty thousand points are one element.
import type { PlotPoint, PlotSeries } from '@/features/plots/plot'
import type { Frame } from '@/features/plots/plot-frame'

const px = (value: number): string => String(Math.round(value * 10) / 10)
const LEAST_BAR_PX = 1

type Runs = readonly (readonly PlotPoint[])[]

/** What of a line is in one piece. */
function runsOf(points: PlotSeries['points']): Runs {
  const runs: PlotPoint[][] = [[]]
  for (const point of points) {
    if (point) runs.at(-1)?.push(point)
    else if (runs.at(-1)?.length !== 0) runs.push([])
  }
  return runs.filter((run) => run.length > 0)
}

const through = (run: readonly PlotPoint[], { x, y }: Frame): string => `M${run.map((point) => `${px(x(point.x))} ${px(y(point.y))}`).join('L')}`

export const linePath = ({ points }: PlotSeries, frame: Frame): string => runsOf(points).map((run) => through(run, frame)).join('')

const dots = (points: Runs[number], { x, y }: Frame): string => points.map((point) => `M${px(x(point.x))} ${px(y(point.y))}h0`).join('')

export const dotsPath = ({ points }: PlotSeries, frame: Frame): string => dots(points.filter((point) => point !== null), frame)

/** Of a line those points that stand between gaps: it does not go through them. */
export const loneDotsPath = ({ points }: PlotSeries, frame: Frame): string => dots(runsOf(points).flatMap((run) => (run.length === 1 ? run : [])), frame)

export function areaPath({ points, along }: PlotSeries, frame: Frame): string {
  const base = (point: PlotPoint): PlotPoint => (along === 'x' ? { ...point, y: point.from } : { ...point, x: point.from })
  return runsOf(points).map((run) => `${through(run, frame)}L${through(run.toReversed().map(base), frame).slice(1)}Z`).join('')
}

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** A bar; however thin, it is seen. */
export function barBox({ along, width }: PlotSeries, point: PlotPoint, { x, y }: Frame): Box {
  const half = width / 2
  const [one, other] = along === 'x' ? [x(point.x - half), x(point.x + half)] : [y(point.y - half), y(point.y + half)]
  const [from, to] = along === 'x' ? [y(point.from), y(point.y)] : [x(point.from), x(point.x)]
  const thick = Math.max(LEAST_BAR_PX, Math.abs(other - one))
  const start = (one + other - thick) / 2
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  return along === 'x' ? { left: start, right: start + thick, top: low, bottom: high } : { left: low, right: high, top: start, bottom: start + thick }
}

export const barsPath = (series: PlotSeries, frame: Frame): string =>
  series.points
    .map((point) => {
      if (!point) return ''
      const { left, right, top, bottom } = barBox(series, point, frame)
      return `M${px(left)} ${px(top)}H${px(right)}V${px(bottom)}H${px(left)}Z`
    })
    .join('')

export interface Hit {
  readonly series: PlotSeries
  readonly point: PlotPoint
}

const REACH_PX = 32

/** What is nearest to a place of the picture, within reach of it. */
export function nearest(all: readonly PlotSeries[], frame: Frame, left: number, top: number): Hit | null {
  let found: Hit | null = null
  let least = REACH_PX
  for (const series of all)
    for (const point of series.points) {
      if (!point) continue
      const away = series.mark === 'bar' ? fromBox(barBox(series, point, frame), left, top) : Math.hypot(frame.x(point.x) - left, frame.y(point.y) - top)
      // What is drawn later lies above.
      if (away > least) continue
      least = away
      found = { series, point }
    }
  return found
}

const fromBox = (box: Box, left: number, top: number): number =>
  Math.hypot(Math.max(0, box.left - left, left - box.right), Math.max(0, box.top - top, top - box.bottom))
