// Figures of Plotly, as `fig.to_json()` writes them: lines, points and bars on one pair of axes.
import { shortened, type Direction, type Mark, type Placing, type ScaleKind, type ToldAxis, type ToldPlot, type ToldSeries } from '@/features/plots/plot'
import { checkTemplate, IGNORED_OF_AXIS, IGNORED_OF_LAYOUT, IGNORED_OF_TRACE } from '@/features/plots/plotly-looks'
import { instantOf } from '@/features/plots/plot-values'
import { SpecPart } from '@/features/plots/spec-part'
import { typedArray } from '@/features/plots/typed-array'

/** Plotly marks the points of fewer. */
const FEW_POINTS = 20
/** More than are drawn, so that it is said how many there are. */
const MOST_TRACES = 500

/** Whatever of it would change the picture and is not drawn is among the part's reasons. */
export function readPlotly(figure: SpecPart): ToldPlot {
  figure.ignore(['config'])
  const layout = figure.part('layout') ?? new SpecPart({}, 'layout', figure.reasons)
  const barmode = layout.choice('barmode', ['group', 'stack', 'relative', 'overlay']) ?? 'group'
  const traces = figure.parts('data', MOST_TRACES)
  checkOffsets(traces, barmode)
  if (new Set(traces.map((trace) => trace.raw('stackgroup')).filter((group) => group !== undefined)).size > 1) figure.reasons.add('several stackgroups')
  const series = traces.flatMap((trace, index) => readTrace(trace, index, barmode))
  const showsLegend = layout.flag('showlegend') !== false
  const legend = layout.part('legend')
  const template = layout.part('template')
  if (template) checkTemplate(template)
  const told = {
    title: titleOf(layout),
    legend: legend ? titleOf(legend) : '',
    x: readAxis(layout, 'x', series),
    y: readAxis(layout, 'y', series),
    series: showsLegend ? series : series.map((one) => ({ ...one, isInLegend: false })),
    stacksFromLast: false,
  }
  layout.ignore(IGNORED_OF_LAYOUT)
  layout.end()
  figure.end()
  return told
}

/** Groups of bars are told apart by trace alone. */
function checkOffsets(traces: readonly SpecPart[], barmode: string): void {
  const groups = traces.filter((trace) => trace.raw('type') === 'bar').map((trace) => trace.text('offsetgroup') ?? '')
  const kinds = new Set(groups).size
  const isByTrace = kinds === groups.length || groups.every((group) => group === '')
  if (kinds > 1 && !(barmode === 'group' && isByTrace)) traces.at(-1)?.refuse('offsetgroup')
  if (kinds === 1 && groups.length > 1 && groups[0] !== '' && barmode === 'group') traces.at(-1)?.refuse('offsetgroup')
}

type Read = (trace: SpecPart, index: number, barmode: string) => ToldSeries

const READS: Readonly<Record<string, Read>> = { scatter: readScatter, scattergl: readScatter, bar: readBar }

function readTrace(trace: SpecPart, index: number, barmode: string): ToldSeries[] {
  const type = trace.raw('type') ?? 'scatter'
  const read = typeof type === 'string' && Object.hasOwn(READS, type) ? READS[type] : undefined
  if (!read) {
    trace.reasons.add(`a trace of type ${String(type)}`)
    return []
  }
  trace.expect('visible', [true])
  trace.expect('xaxis', ['x'])
  trace.expect('yaxis', ['y'])
  const series = read(trace, index, barmode)
  trace.ignore(IGNORED_OF_TRACE)
  trace.end()
  return [series]
}

function readScatter(trace: SpecPart, index: number): ToldSeries {
  const values = valuesOf(trace, 'y')
  const mode = trace.text('mode') ?? (values.y.length < FEW_POINTS ? 'lines+markers' : 'lines')
  const isStacked = trace.text('stackgroup') !== null
  const fill = trace.choice('fill', ['none', 'tozeroy', ...(isStacked ? ['tonexty'] : [])])
  const isArea = isStacked || fill === 'tozeroy'
  const mark = isArea ? 'area' : MARKS[mode]
  if (!mark || (isArea && mode.includes('text'))) trace.refuse('mode')
  trace.expect('orientation', isStacked ? ['v'] : ['v', 'h'])
  trace.expect('connectgaps', [false])
  trace.ignore(['text', 'fillpattern', 'fillcolor'])
  refuseErrorBars(trace)
  return { ...told(trace, index, mark ?? 'line'), placing: isStacked ? 'stacked' : 'over', along: 'x', ...values }
}

function refuseErrorBars(trace: SpecPart): void {
  for (const name of ['error_x', 'error_y']) {
    const error = trace.part(name)
    if (error && error.flag('visible') !== false && ['array', 'value', 'type'].some((said) => error.has(said))) trace.refuse(name)
  }
}

const MARKS: Readonly<Record<string, Mark>> = { lines: 'line', markers: 'points', 'lines+markers': 'line-points', 'markers+lines': 'line-points' }
const PLACINGS: Readonly<Record<string, Placing>> = { group: 'beside', overlay: 'over', stack: 'stacked', relative: 'stacked' }

function readBar(trace: SpecPart, index: number, barmode: string): ToldSeries {
  const along = trace.choice('orientation', ['v', 'h']) === 'h' ? 'y' : 'x'
  const values = valuesOf(trace, along === 'x' ? 'y' : 'x')
  const measured = along === 'x' ? values.y : values.x
  if (barmode === 'stack' && measured.some((value) => typeof value === 'number' && value < 0)) trace.reasons.add('bars below zero with barmode stack')
  refuseErrorBars(trace)
  return { ...told(trace, index, 'bar'), placing: PLACINGS[barmode] ?? 'over', along, ...values }
}

function told(trace: SpecPart, index: number, mark: Mark): Pick<ToldSeries, 'name' | 'tone' | 'isInLegend' | 'mark' | 'isSorted'> {
  const [line, marker] = [trace.part('line'), trace.part('marker')]
  line?.expect('shape', ['linear'])
  line?.ignore(['width', 'dash', 'simplify', 'smoothing'])
  marker?.part('pattern')?.text('shape')
  marker?.ignore(['line', 'sizemode', 'sizeref', 'sizemin', 'cornerradius', 'colorbar', 'showscale'])
  // A list of them would say something of each point.
  for (const name of ['size', 'opacity']) if (typeof (marker?.raw(name) ?? 0) !== 'number') marker?.refuse(name)
  marker?.text('symbol')
  const [lineColor, markerColor] = [line?.text('color') ?? null, marker?.text('color') ?? null]
  line?.end()
  marker?.end()
  const name = trace.text('name')
  const isShown = trace.flag('showlegend') !== false
  return { name: plainText(name ?? `trace ${String(index)}`), tone: (mark === 'bar' || mark === 'points' ? markerColor : (lineColor ?? markerColor)) ?? `#${String(index)}`, isInLegend: isShown && name !== '', mark, isSorted: false }
}

/** What is not told counts from 0. */
function valuesOf(trace: SpecPart, measured: Direction): Pick<ToldSeries, 'x' | 'y'> {
  const read = (name: Direction): readonly unknown[] => typedArray(trace.raw(name)) ?? trace.list(name).map((value) => value ?? undefined)
  const { x, y } = { x: read('x'), y: read('y') }
  const counted = (length: number): number[] => Array.from({ length }, (_, index) => index)
  if (measured === 'y' && !trace.has('x')) return { x: counted(y.length), y }
  if (measured === 'x' && !trace.has('y')) return { x, y: counted(x.length) }
  if (!trace.has('x') || !trace.has('y')) trace.refuse(measured)
  return { x, y }
}

const KINDS: Readonly<Record<string, ScaleKind | null>> = { '-': null, linear: 'number', log: 'log', date: 'time', category: 'category' }

function readAxis(layout: SpecPart, direction: Direction, series: readonly ToldSeries[]): ToldAxis {
  const isMeasured = series.some(({ mark, along }) => (mark === 'bar' || mark === 'area') && along !== direction)
  const axis = layout.part(`${direction}axis`)
  if (!axis) return { title: '', kind: null, range: null, fromZero: isMeasured, order: 'told', isDownward: false }
  const kind = axis.choice('type', ['-', 'linear', 'log', 'date', 'category'])
  const rangemode = axis.choice('rangemode', ['normal', 'tozero'])
  const range = rangeOf(axis)
  const order = orderOf(axis)
  axis.expect('overlaying', ['free'])
  axis.ignore(IGNORED_OF_AXIS)
  const read = { title: titleOf(axis), kind: kind ? (KINDS[kind] ?? null) : null, range, fromZero: isMeasured || rangemode === 'tozero', order, isDownward: false }
  axis.end()
  return read
}

/** As Plotly has them: of a logarithmic axis exponents, of categories their places. */
function rangeOf(axis: SpecPart): [number, number] | null {
  axis.expect('autorange', [true, false])
  const range = axis.list('range')
  if (range.length === 0 || axis.raw('autorange') === true) return null
  const [from, to] = range.map((value) => instantOf(value)?.at)
  if (from !== undefined && to !== undefined && from !== to) return [from, to]
  axis.refuse('range')
  return null
}

function orderOf(axis: SpecPart): ToldAxis['order'] {
  const order = axis.choice('categoryorder', ['trace', 'array', 'category ascending', 'category descending'])
  const listed = axis.list('categoryarray')
  if (order === 'category ascending') return 'ascending'
  if (order === 'category descending') return 'descending'
  return order === 'array' || (order === null && listed.length > 0) ? listed : 'told'
}

function titleOf(part: SpecPart): string {
  const title = part.raw('title')
  if (typeof title === 'string') return plainText(shortened(title))
  const titled = part.part('title')
  titled?.expect('subtitle', [])
  return plainText(titled?.text('text') ?? '')
}

/** Plotly's texts may hold some markup. */
const plainText = (text: string): string => text.replace(/<br\s*\/?>/gi, ' ').replace(/<\/?[a-z][^<>]*>/gi, '')
