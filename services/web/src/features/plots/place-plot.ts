// From what is told to what is drawn: kinds of axes, categories, what stands upon or beside what, from where to where axes go.
import { nice } from 'd3-array'
import { MOST_POINTS, MOST_SERIES, shortened, type Direction, type Plot, type PlotAxis, type PlotPoint, type PlotSeries, type Reasons, type ScaleKind, type ToldAxis, type ToldPlot, type ToldSeries } from '@/features/plots/plot'
import { orderedNames } from '@/features/plots/order'
import { instantOf, kindOf, placeOf } from '@/features/plots/plot-values'
import { count } from '@/lib/format'
import { DAY_MS } from '@/lib/time-units'

const BAR_SHARE = 0.8
const other = (direction: Direction): Direction => (direction === 'x' ? 'y' : 'x')

/** Null where there is a reason not to draw it. */
export function placePlot(told: ToldPlot, reasons: Reasons): Plot | null {
  const { series } = told
  const points = series.reduce((total, one) => total + Math.max(one.x.length, one.y.length), 0)
  if (points > MOST_POINTS) reasons.add(`${count(points)} points, of at most ${count(MOST_POINTS)}`)
  if (series.length > MOST_SERIES) reasons.add(`${count(series.length)} series, of at most ${String(MOST_SERIES)}`)
  if (points === 0) reasons.add('no data')
  if (!reasons.areNone) return null
  const [x, y] = [readAxis(told, 'x', reasons), readAxis(told, 'y', reasons)]
  if (!x || !y) return null
  const tones = [...new Set(series.map(({ tone }) => tone))]
  const read = series.map((one): Read => ({ ...one, points: pointsOf(one, x, y, reasons), tone: tones.indexOf(one.tone), width: 0 }))
  refuseWhatCannotStand(read, x, y, reasons)
  if (!reasons.areNone) return null
  const placed = standing(stacked(read, told.stacksFromLast), { x, y })
  if (placed.every(({ points: some }) => some.every((point) => point === null))) reasons.add('no data')
  if (!reasons.areNone) return null
  return { title: told.title, legend: told.legend, x: withDomain(x, told.x, placed, 'x'), y: withDomain(y, told.y, placed, 'y'), series: placed }
}

type Read = PlotSeries & Pick<ToldSeries, 'placing'>
type ReadAxis = Omit<PlotAxis, 'domain'> & { readonly places: ReadonlyMap<string, number> }

function readAxis({ series, ...told }: ToldPlot, direction: Direction, reasons: Reasons): ReadAxis | null {
  const axis = told[direction]
  const values = series.flatMap((one) => one[direction])
  const kind = axis.kind ?? kindOf(values)
  if (kind === null) {
    reasons.add(`${direction} of several kinds`)
    return null
  }
  const found = kind === 'category' ? orderedNames(axis.order, values.filter((value) => value !== undefined)) : []
  const categories = axis.isDownward ? found.reverse() : found
  const isZoned = kind === 'time' && values.some((value) => instantOf(value)?.isZoned)
  return { title: axis.title, kind, categories: categories.map(shortened), isZoned, places: new Map(categories.map((name, place) => [name, place])) }
}

function pointsOf({ x, y, along, isSorted }: ToldSeries, xAxis: ReadAxis, yAxis: ReadAxis, reasons: Reasons): (PlotPoint | null)[] {
  const place = (value: unknown, axis: ReadAxis, direction: Direction): number | null => {
    const found = placeOf(value, axis.kind, axis.places)
    if (found === undefined) reasons.add(`values of ${direction} that are no ${axis.kind === 'time' ? 'times (ISO 8601)' : 'numbers'}`)
    return found ?? null
  }
  const points = Array.from({ length: Math.min(x.length, y.length) }, (_, index): PlotPoint | null => {
    const [at, to] = [place(x[index], xAxis, 'x'), place(y[index], yAxis, 'y')]
    return at === null || to === null ? null : along === 'x' ? { x: at, y: to, at, from: 0, value: to } : { x: at, y: to, at: to, from: 0, value: at }
  })
  if (!isSorted || points.includes(null)) return points
  return points.sort((a, b) => (a && b ? a[along] - b[along] : 0))
}

const hasBase = ({ mark }: Pick<ToldSeries, 'mark'>): boolean => mark === 'bar' || mark === 'area'

function refuseWhatCannotStand(series: readonly Read[], x: ReadAxis, y: ReadAxis, reasons: Reasons): void {
  for (const one of series) {
    if (!hasBase(one)) continue
    const measured = (one.along === 'x' ? y : x).kind
    if (measured !== 'number') reasons.add(`a ${one.mark} measured on a ${measured === 'log' ? 'logarithmic' : measured} axis`)
    if (one.mark === 'area' && one.placing === 'stacked' && one.points.some((point) => point !== null && point.value < 0)) reasons.add('stacked areas below zero')
  }
  if (new Set(series.filter(({ mark }) => mark === 'bar').map(({ along }) => along)).size > 1) reasons.add('bars in two directions')
}

/** Each upon what stands at its place already; what is below zero hangs from it. A stacked area that has nothing at a place has 0 there. */
function stacked(series: readonly Read[], fromLast: boolean): Read[] {
  const places = [...new Set(series.filter(isStackedArea).flatMap(({ points, along }) => points.flatMap((point) => (point ? [point[along]] : []))))].sort((a, b) => a - b)
  const sums = new Map<string, number>()
  const upon = (one: Read): Read => {
    if (one.placing !== 'stacked' || !hasBase(one)) return one
    const points = isStackedArea(one) ? filled(one, places) : one.points
    return { ...one, points: points.map((point) => point && stackedPoint(one, point, sums)) }
  }
  return fromLast ? series.toReversed().map(upon).reverse() : series.map(upon)
}

const isStackedArea = ({ mark, placing }: Read): boolean => mark === 'area' && placing === 'stacked'

function filled({ points, along }: Read, places: readonly number[]): PlotPoint[] {
  const known = new Map(points.flatMap((point) => (point ? [[point[along], point] as const] : [])))
  return places.map((place) => known.get(place) ?? ({ x: 0, y: 0, [along]: place, at: place, from: 0, value: 0 }))
}

function stackedPoint({ mark, along }: Read, point: PlotPoint, sums: Map<string, number>): PlotPoint {
  const key = `${mark} ${String(point[along])} ${point.value < 0 ? '-' : '+'}`
  const from = sums.get(key) ?? 0
  const to = from + point.value
  sums.set(key, to)
  return along === 'x' ? { ...point, y: to, from } : { ...point, x: to, from }
}

/** Bars get their width, and their place beside others. */
function standing(series: readonly Read[], axes: Readonly<Record<Direction, ReadAxis>>): PlotSeries[] {
  const bars = series.filter(({ mark }) => mark === 'bar')
  const [first] = bars
  if (!first) return [...series]
  const width = BAR_SHARE * leastStep(bars, axes[first.along].kind)
  const beside = bars.filter(({ placing }) => placing === 'beside')
  return series.map((one) => {
    if (one.mark !== 'bar') return one
    const slot = beside.indexOf(one)
    if (slot < 0) return { ...one, width }
    const offset = ((slot - (beside.length - 1) / 2) * width) / beside.length
    return { ...one, width: width / beside.length, points: one.points.map((point) => point && { ...point, [one.along]: point[one.along] + offset }) }
  })
}

/** Between two places next to each other. */
function leastStep(bars: readonly Read[], kind: ScaleKind): number {
  if (kind === 'category') return 1
  const places = [...new Set(bars.flatMap(({ points, along }) => points.flatMap((point) => (point ? [point[along]] : []))))].sort((a, b) => a - b)
  const steps = places.slice(1).map((place, index) => place - (places[index] ?? place))
  return steps.length === 0 ? (kind === 'time' ? DAY_MS : 1) : steps.reduce((least, step) => Math.min(least, step))
}

function withDomain({ places: _, ...axis }: ReadAxis, told: ToldAxis, series: readonly PlotSeries[], direction: Direction): PlotAxis {
  return { ...axis, domain: told.range ?? reach(axis.kind, axis.categories.length, told.fromZero, series, direction) }
}

function reach(kind: ScaleKind, categories: number, fromZero: boolean, series: readonly PlotSeries[], direction: Direction): readonly [number, number] {
  if (kind === 'category') return [-0.5, categories - 0.5]
  let [least, most] = fromZero && kind === 'number' ? [0, 0] : [Infinity, -Infinity]
  for (const one of series) {
    const isMeasured = one.along === other(direction)
    const margin = isMeasured ? 0 : one.width / 2
    for (const point of one.points) {
      if (!point) continue
      least = Math.min(least, point[direction] - margin)
      most = Math.max(most, point[direction] + margin)
      // A base that is no part of the axis is below its end.
      if (isMeasured && hasBase(one) && (fromZero || point.from !== 0)) {
        least = Math.min(least, point.from)
        most = Math.max(most, point.from)
      }
    }
  }
  return widened(kind, least, most, series)
}

function widened(kind: ScaleKind, least: number, most: number, series: readonly PlotSeries[]): readonly [number, number] {
  if (least === most) {
    const half = kind === 'time' ? DAY_MS / 2 : kind === 'log' ? 0.5 : Math.abs(least) / 2 || 1
    return [least - half, most + half]
  }
  if (kind === 'number') {
    const [from, to] = nice(least, most, 6)
    return [from, to]
  }
  const margin = series.every(({ mark }) => mark === 'line' || mark === 'area' || mark === 'bar') && kind === 'time' ? 0 : 0.03 * (most - least)
  return [least - margin, most + margin]
}
