// How a chart is drawn: uPlot's options, and what it does not draw by itself (the zero line, the hatch of what still fills).
import uPlot from 'uplot'
import type { DeployMark } from '@/lib/deploys'
import { bytes, count, decimal, duration } from '@/lib/format'
import { stacked } from '@/ui/stack'
import { axisText, type ChartPoint, type ChartSeries, type LineUnit } from '@/ui/time-series'

export const CHART_HEIGHT = 190
/** A chart with its readout: what is kept free for it until it comes. */
export const CHART_ROOM = 234
/** One of several that say a little each. */
export const SMALL_CHART_HEIGHT = 108
export const SMALL_CHART_ROOM = 152
/** Of counts and of times alike, so that charts side by side, and one above another, begin at one line. */
const AXIS_PX = 52
/** A shorter stretch is not what a hand meant by dragging. */
const LEAST_DRAG_PX = 6

export interface PlotEvents {
  readonly onHover: (index: number | null) => void
  readonly onZoom: (after: number, before: number) => void
  /** `height` is where the pointer was on the left axis. */
  readonly onOpen: (index: number, height: number) => void
}

interface PlotOptions extends PlotEvents {
  readonly series: readonly ChartSeries[]
  readonly crosshair: string
  readonly width: number
  readonly height: number
  readonly canZoom: boolean
  readonly step: () => number
  readonly marks: () => readonly DeployMark[]
}

/** A custom property as the colour it stands for now: a canvas cannot resolve `light-dark()` by itself. */
function token(name: string): string {
  document.documentElement.style.setProperty('caret-color', `var(${name})`)
  return getComputedStyle(document.documentElement).caretColor
}

const barsOf = (series: readonly ChartSeries[]): number[] => series.flatMap(({ kind }, index) => (kind === 'bar' ? [index] : []))
const linesOf = (series: readonly ChartSeries[]): number[] => series.flatMap(({ kind }, index) => (kind === 'line' ? [index] : []))

/** The middle of each bucket; the stacked bars, the tallest total first and the others over it; then the lines. */
export function toPlotData(series: readonly ChartSeries[], points: readonly ChartPoint[], stepMs: number): uPlot.AlignedData {
  const column = (index: number): (number | null)[] => points.map((point) => point.values[index] ?? null)
  const bars = stacked(barsOf(series).map((index) => column(index).map((value) => value ?? 0))).reverse()
  return [points.map(({ at }) => at + stepMs / 2), ...bars, ...linesOf(series).map(column)]
}

/** Which bar of a bucket a value of the left axis falls into. */
export function barAt(series: readonly ChartSeries[], point: ChartPoint, value: number): number | null {
  let total = 0
  for (const index of barsOf(series)) {
    total += point.values[index] ?? 0
    if (value <= total && (point.values[index] ?? 0) > 0) return index
  }
  return null
}

const isAlone = (values: uPlot.AlignedData[number], index: number): boolean =>
  typeof values[index] === 'number' && typeof values[index - 1] !== 'number' && typeof values[index + 1] !== 'number'

/** A line needs two points; one between gaps would not be seen without a dot. */
function dotsWhereAlone(plot: uPlot, seriesIndex: number): number[] | null {
  const values = plot.data[seriesIndex]
  if (!values) return null
  return Array.from(values.keys()).filter((index) => isAlone(values, index))
}

function drawnSeries(series: readonly ChartSeries[]): uPlot.Series[] {
  const paths = uPlot.paths.bars?.({ size: [0.78, 28], gap: 1 })
  const bars = barsOf(series)
    .reverse()
    .map((index) => ({ scale: 'y', fill: token(series[index]?.color ?? '--text'), width: 0, points: { show: false }, ...(paths ? { paths } : {}) }))
  const lines = linesOf(series).map((index) => {
    const { color = '--text', isThin = false } = series[index] ?? {}
    const stroke = token(color)
    return { scale: 'line', stroke, width: isThin ? 1 : 2, ...(isThin ? { dash: [4, 3] } : {}), points: { show: true, size: 5, width: 0, fill: stroke, filter: dotsWhereAlone } }
  })
  return [...bars, ...lines]
}

export function plotOptions({ series, crosshair, width, height, canZoom, step, marks, ...events }: PlotOptions): uPlot.Options {
  const [hasBars, hasLines] = [barsOf(series).length > 0, linesOf(series).length > 0]
  const grid = { stroke: token('--hairline'), width: 1 }
  const axis = { stroke: token('--text-faint'), font: '11px system-ui, sans-serif', ticks: { show: false } }
  const zeroLine = token('--hairline-strong')
  const surface = token('--surface')
  const markColor = token('--text-soft')
  const counts: uPlot.Axis = { ...axis, scale: 'y', size: AXIS_PX, grid, space: 40, incrs: WHOLE, values: (_, splits) => splits.map((value) => count(value)) }
  const { least, text, incrs } = LINE_AXES[series.find(({ kind }) => kind === 'line')?.unit ?? 'ms']
  const lines: uPlot.Axis = { ...axis, scale: 'line', side: hasBars ? 1 : 3, size: AXIS_PX, grid: hasBars ? { show: false } : grid, space: 40, ...(incrs ? { incrs } : {}), values: (_, splits) => splits.map(text) }
  return {
    width,
    height,
    ms: 1,
    // Half a time of day fits beside the newest bucket.
    padding: [8, hasBars && hasLines ? 0 : 18, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: canZoom, y: false, setScale: false, dist: LEAST_DRAG_PX },
      // Only the crosshair is shared: a stretch dragged over one chart is not one dragged over both.
      sync: { key: crosshair, setSeries: false, filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' } },
    },
    scales: {
      x: { time: true, range: (plot) => edges(plot, step()) },
      y: { range: (_, __, max) => [0, Math.max(4, (Number.isFinite(max) ? max : 0) * 1.08)] },
      line: { range: (_, __, max) => [0, Math.max(least, (Number.isFinite(max) ? max : 0) * 1.15)] },
    },
    axes: [
      { ...axis, size: 24, grid: { show: false }, space: 64, values: (_, splits, __, ___, increment) => splits.map((at) => axisText(at, increment)) },
      ...(hasBars ? [counts] : []),
      ...(hasLines ? [lines] : []),
    ],
    series: [{}, ...drawnSeries(series)],
    hooks: {
      setCursor: [({ cursor }) => { events.onHover(cursor.idx ?? null) }],
      setSelect: [(plot) => { select(plot, events) }],
      ready: [(plot) => { openOnClick(plot, events) }],
      draw: [
        (plot) => { drawZeroLine(plot, hasBars ? 'y' : 'line', zeroLine) },
        (plot) => { if (hasBars) hatchFilling(plot, step(), surface) },
        (plot) => { drawMarks(plot, marks(), markColor) },
      ],
    },
  }
}

const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]

function axisDuration(ms: number): string {
  if (ms === 0) return '0'
  return ms >= 1000 && ms < 60_000 ? `${String(ms / 1000)} s` : duration(ms)
}

/** The lowest top of the axis, so that noise is no mountain; how a number stands beside it; and what it goes by, where tens are odd. */
const LINE_AXES: Readonly<Record<LineUnit, { least: number; text: (value: number) => string; incrs?: number[] }>> = {
  ms: { least: 10, text: axisDuration },
  bytes: { least: 1024 ** 2, text: bytes, incrs: Array.from({ length: 40 }, (_, power) => 1024 * 2 ** power) },
  number: { least: 0.2, text: decimal },
}

function edges(plot: uPlot, stepMs: number): [number, number] {
  const middles = plot.data[0]
  const [first, last] = [middles[0], middles.at(-1)]
  return first === undefined || last === undefined ? [0, stepMs] : [first - stepMs / 2, last + stepMs / 2]
}

function select(plot: uPlot, { onZoom }: PlotEvents): void {
  const { left, width } = plot.select
  if (width < LEAST_DRAG_PX) return
  const [after, before] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  onZoom(after, before)
}

function openOnClick(plot: uPlot, { onOpen }: PlotEvents): void {
  plot.over.addEventListener('click', () => {
    const { idx, top } = plot.cursor
    if (idx === null || idx === undefined) return
    onOpen(idx, plot.posToVal(top ?? 0, 'y'))
  })
}

function drawZeroLine({ ctx, bbox, valToPos }: uPlot, scale: string, stroke: string): void {
  const y = Math.round(valToPos(0, scale, true)) - 0.5
  ctx.save()
  ctx.strokeStyle = stroke
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.restore()
}

const MARK_PX = 4

/** An instant each: a flag above the plot and a fine line down from it. */
function drawMarks({ ctx, bbox, valToPos, scales }: uPlot, marks: readonly DeployMark[], color: string): void {
  const { min = 0, max = 0 } = scales['x'] ?? {}
  const flag = MARK_PX * devicePixelRatio
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = color
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
  for (const { at } of marks) {
    if (min === null || max === null || at < min || at > max) continue
    const x = Math.round(valToPos(at, 'x', true)) + 0.5
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.beginPath()
    ctx.moveTo(x - flag, bbox.top - flag)
    ctx.lineTo(x + flag, bbox.top - flag)
    ctx.lineTo(x, bbox.top + flag)
    ctx.fill()
  }
  ctx.restore()
}

/** The newest bucket, while its time is not over. */
function hatchFilling(plot: uPlot, stepMs: number, stroke: string): void {
  const middle = plot.data[0].at(-1)
  const total = plot.data[1]?.at(-1)
  if (middle === undefined || !total || middle + stepMs / 2 <= Date.now()) return
  const [left, right] = [plot.valToPos(middle - stepMs / 2, 'x', true), plot.valToPos(middle + stepMs / 2, 'x', true)]
  const [top, bottom] = [plot.valToPos(total, 'y', true), plot.valToPos(0, 'y', true)]
  const { ctx } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, right - left, bottom - top)
  ctx.clip()
  ctx.strokeStyle = stroke
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.beginPath()
  for (let x = left - (bottom - top); x < right; x += 6 * devicePixelRatio) {
    ctx.moveTo(x, bottom)
    ctx.lineTo(x + bottom - top, top)
  }
  ctx.stroke()
  ctx.restore()
}
