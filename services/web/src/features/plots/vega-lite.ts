// Vega-Lite, as `chart.to_dict()` of Altair writes it: one view or its layers, with their data in them. Nothing is fetched.
import type { Direction, Mark, Reasons, ToldAxis, ToldPlot, ToldSeries } from '@/features/plots/plot'
import { orderedNames } from '@/features/plots/order'
import { SpecPart } from '@/features/plots/spec-part'
import { axisChannel, colourChannel, fieldOf, type AxisChannel, type Colour } from '@/features/plots/vega-channels'
import { isRecord } from '@/lib/record'

const MOST_LAYERS = 40
const words = (text: string): readonly string[] => text.trim().split(/\s+/)
const IGNORED_OF_SPEC = words('$schema usermeta autosize padding background')
const IGNORED_OF_VIEW = words('name description width height view params bounds')
const IGNORED_OF_CONFIG = words('view background font axis axisX axisY axisBand axisQuantitative axisTemporal legend title header range padding autosize style countTitle')
const IGNORED_OF_MARK = words(`
  color fill stroke opacity fillOpacity strokeOpacity strokeWidth strokeCap strokeJoin strokeDash filled size shape tooltip cursor clip line width binSpacing
  cornerRadius cornerRadiusEnd cornerRadiusTopLeft cornerRadiusTopRight style aria description point`)
const MARKS: Readonly<Record<string, Mark>> = { line: 'line', point: 'points', circle: 'points', square: 'points', bar: 'bar', area: 'area' }

type Row = Readonly<Record<string, unknown>>

interface Around {
  readonly datasets: Row
  readonly encoding: Row
  readonly rows: readonly Row[]
}

interface Layer {
  readonly mark: Mark
  readonly along: Direction
  readonly placing: ToldSeries['placing']
  /** The colour it has for itself. */
  readonly fixed: string
  readonly rows: readonly Row[]
  readonly x: AxisChannel
  readonly y: AxisChannel
  readonly colour: Colour | null
}

/** Whatever of it would change the picture and is not drawn is among the part's reasons; null where nothing is left to draw. */
export function readVegaLite(spec: SpecPart): ToldPlot | null {
  spec.ignore(IGNORED_OF_SPEC)
  checkConfig(spec)
  const datasets = spec.raw('datasets')
  const title = textOf(spec)
  const layers = readView(spec, { datasets: isRecord(datasets) ? datasets : {}, encoding: {}, rows: [] })
  if (layers.length === 0) return null
  const colours = coloursOf(layers)
  return {
    title,
    legend: layers.flatMap(({ colour }) => (colour ? [colour.title] : []))[0] ?? '',
    x: axisOf(layers, 'x', spec.reasons),
    y: axisOf(layers, 'y', spec.reasons),
    series: layers.flatMap((layer) => seriesOf(layer, colours)),
    stacksFromLast: true,
  }
}

function checkConfig(spec: SpecPart): void {
  const config = spec.part('config')
  const mark = config?.part('mark')
  mark?.ignore(['color', 'opacity', 'tooltip', 'fill', 'stroke'])
  mark?.end()
  config?.ignore(IGNORED_OF_CONFIG)
  config?.end()
}

/** A title, in lines or in one. */
function textOf(view: SpecPart): string {
  const title = view.raw('title')
  const part = isRecord(title) ? view.part('title') : null
  part?.expect('subtitle', [])
  const text = part ? part.raw('text') : title
  return Array.isArray(text) ? text.map(String).join(' ') : typeof text === 'string' ? text : ''
}

/** A view, or what its layers are; each has from around it what it does not say itself. */
function readView(view: SpecPart, around: Around): Layer[] {
  view.ignore(IGNORED_OF_VIEW)
  const own = view.raw('encoding')
  const within = { ...around, rows: rowsOf(view, around), encoding: merged(around.encoding, isRecord(own) ? own : {}) }
  const layers = view.has('layer') ? view.parts('layer', MOST_LAYERS).flatMap((layer) => readLayer(layer, within)) : readUnit(view, within)
  view.end()
  return layers
}

function readLayer(layer: SpecPart, around: Around): Layer[] {
  textOf(layer)
  return readView(layer, around)
}

function merged(outer: Row, inner: Row): Row {
  const both = Object.entries(inner).map(([name, channel]) => {
    const from = outer[name]
    return [name, isRecord(from) && isRecord(channel) ? { ...from, ...channel } : channel] as const
  })
  return { ...outer, ...Object.fromEntries(both) }
}

function rowsOf(view: SpecPart, { datasets, rows }: Around): readonly Row[] {
  const data = view.part('data')
  if (!data) return rows
  const name = data.text('name')
  const named = name !== null && Object.hasOwn(datasets, name) ? datasets[name] : []
  const values = data.has('values') ? data.list('values') : Array.isArray(named) ? named : []
  if (data.has('url')) data.reasons.add(`${data.at('url')} (nothing is fetched)`)
  data.ignore(['url'])
  data.end()
  const found = values.filter(isRecord)
  if (found.length < values.length) data.refuse('values')
  return found
}

function readUnit(view: SpecPart, { encoding: channels, rows }: Around): Layer[] {
  const { mark, fixed, orient } = readMark(view)
  const encoding = new SpecPart(channels, 'encoding', view.reasons)
  const [x, y, colour] = [axisChannel(encoding, 'x'), axisChannel(encoding, 'y'), colourChannel(encoding)]
  const isBeside = readOthers(encoding, colour)
  if (!x || !y || !mark) return []
  const along = orient ?? alongOf(x, y)
  const measured = along === 'x' ? y : x
  const isStacked = measured.stack === 'zero' || (measured.stack === 'usual' && colour !== null && measured.kind === 'number')
  const placing = isBeside && mark === 'bar' ? 'beside' : isStacked && (mark === 'bar' || mark === 'area') ? 'stacked' : 'over'
  return [{ mark, along, placing, fixed, rows, x, y, colour }]
}

function readMark(view: SpecPart): { readonly mark: Mark | null; readonly fixed: string; readonly orient: Direction | null } {
  const said = view.raw('mark')
  const part = isRecord(said) ? view.part('mark') : null
  const type = part ? part.raw('type') : said
  const mark = typeof type === 'string' && Object.hasOwn(MARKS, type) ? (MARKS[type] ?? null) : null
  if (!mark) view.reasons.add(`a mark of type ${typeof type === 'string' ? type : 'none'}`)
  part?.expect('interpolate', ['linear'])
  const orient = part?.choice('orient', ['vertical', 'horizontal'])
  const hasPoints = mark === 'line' && Boolean(part?.raw('point'))
  const color = part?.raw('color')
  part?.ignore(IGNORED_OF_MARK)
  part?.end()
  return { mark: hasPoints ? 'line-points' : mark, fixed: typeof color === 'string' ? color : '', orient: orient ? (orient === 'vertical' ? 'x' : 'y') : null }
}

/** Whether bars stand side by side. What tells series apart once more, or is the same for all, is looks. */
function readOthers(encoding: SpecPart, colour: Colour | null): boolean {
  encoding.ignore(['tooltip', 'href', 'key', 'description', 'cursor'])
  for (const name of ['opacity', 'fillOpacity', 'strokeOpacity', 'size', 'strokeWidth', 'strokeDash', 'shape', 'xOffset', 'yOffset']) {
    const channel = encoding.part(name)
    if (!channel) continue
    const isLooks = channel.has('value') && !name.endsWith('Offset')
    const isAgain = ['strokeDash', 'shape', 'xOffset', 'yOffset'].includes(name) && channel.has('field') && fieldOf(channel) === colour?.field
    if (!isLooks && !isAgain) encoding.refuse(name)
    channel.ignore(['value', 'type', 'title', 'legend'])
    channel.end()
  }
  encoding.end()
  return encoding.has('xOffset') || encoding.has('yOffset')
}

const isDiscrete = ({ kind }: AxisChannel): boolean => kind === 'category'

/** Along what is named, else along time, else along x. */
function alongOf(x: AxisChannel, y: AxisChannel): Direction {
  if (isDiscrete(x) !== isDiscrete(y)) return isDiscrete(x) ? 'x' : 'y'
  return y.kind === 'time' && x.kind !== 'time' ? 'y' : 'x'
}

function axisOf(layers: readonly Layer[], direction: Direction, reasons: Reasons): ToldAxis {
  const channels = layers.map((layer) => layer[direction])
  const [first] = channels
  if (new Set(channels.map(({ kind }) => kind)).size > 1) reasons.add(`${direction} of several kinds`)
  const ranges = channels.flatMap(({ range }) => (range ? [range] : []))
  if (new Set(ranges.map(String)).size > 1) reasons.add(`several domains of ${direction}`)
  return {
    title: [...new Set(channels.map(({ title }) => title).filter((title) => title !== ''))].join(', '),
    kind: first?.kind ?? null,
    range: ranges[0] ?? null,
    fromZero: layers.some((layer) => layer[direction].zero ?? (layer.mark === 'points' || layer.along !== direction)),
    order: channels.find(({ order }) => order !== 'ascending')?.order ?? 'ascending',
    isDownward: direction === 'y' && first?.kind === 'category',
  }
}

const valueOf = (row: Row, field: string): unknown => (Object.hasOwn(row, field) ? (row[field] ?? null) : null)

/** The names of all colours, in the order of the legend. */
function coloursOf(layers: readonly Layer[]): string[] {
  const colours = layers.flatMap(({ colour, rows }) => (colour ? [{ ...colour, rows }] : []))
  const values = colours.flatMap(({ field, name, rows }) => (field === null ? [name] : rows.map((row) => valueOf(row, field))))
  return orderedNames(colours.find(({ order }) => order !== 'ascending')?.order ?? 'ascending', values)
}

function seriesOf(layer: Layer, colours: readonly string[]): ToldSeries[] {
  const { colour, rows, x, y, mark, along, placing, fixed } = layer
  const one = (name: string, some: readonly Row[], tone: string): ToldSeries => ({
    name,
    tone,
    isInLegend: colour?.isInLegend ?? false,
    mark,
    placing,
    along,
    isSorted: mark !== 'points' && mark !== 'bar',
    x: some.map((row) => valueOf(row, x.field)),
    y: some.map((row) => valueOf(row, y.field)),
  })
  if (!colour) return [one('', rows, `fixed ${fixed}`)]
  const { field } = colour
  if (field === null) return [one(colour.name, rows, `colour ${colour.name}`)]
  const byName = new Map<string, Row[]>(colours.map((name) => [name, []]))
  for (const row of rows) byName.get(String(valueOf(row, field)))?.push(row)
  return colours.flatMap((name) => {
    const some = byName.get(name) ?? []
    return some.length > 0 ? [one(name, some, `colour ${name}`)] : []
  })
}
