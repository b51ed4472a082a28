// What a view's encoding says of its axes and its colours.
import type { Direction, ScaleKind, ToldAxis } from '@/features/plots/plot'
import { instantOf } from '@/features/plots/plot-values'
import type { SpecPart } from '@/features/plots/spec-part'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)
const TYPES = ['quantitative', 'temporal', 'ordinal', 'nominal'] as const
const KINDS: Readonly<Record<(typeof TYPES)[number], ScaleKind>> = { quantitative: 'number', temporal: 'time', ordinal: 'category', nominal: 'category' }
const IGNORED_OF_SCALE = words('nice padding paddingInner paddingOuter round clamp range scheme interpolate')
const IGNORED_OF_AXIS = words(`
  format formatType grid gridColor gridDash gridOpacity gridWidth gridCap labels labelAlign labelAngle labelBaseline labelBound labelColor labelFlush labelFont
  labelFontSize labelFontWeight labelLimit labelOffset labelOpacity labelOverlap labelPadding labelSeparation minExtent maxExtent offset orient position ticks
  tickBand tickColor tickCount tickMinStep tickOffset tickSize tickWidth tickDash domain domainColor domainWidth titleAlign titleAnchor titleAngle titleColor
  titleFont titleFontSize titleFontWeight titlePadding titleLimit titleX titleY zindex`)
const IGNORED_OF_LEGEND = words(`
  orient columns direction labelFontSize labelLimit labelColor labelFont titleFontSize titleColor titleFont titleLimit symbolType symbolSize symbolLimit
  symbolOpacity symbolStrokeWidth strokeColor fillColor padding cornerRadius offset legendX legendY rowPadding columnPadding titleAnchor titleOrient`)

export interface AxisChannel {
  readonly field: string
  readonly kind: ScaleKind
  readonly title: string
  /** Null: as is usual of such an axis. */
  readonly zero: boolean | null
  readonly range: readonly [number, number] | null
  readonly order: ToldAxis['order']
  readonly stack: 'usual' | 'none' | 'zero'
}

export interface Colour {
  /** Null: it has one name for all. */
  readonly field: string | null
  readonly name: string
  readonly title: string
  readonly isInLegend: boolean
  readonly order: ToldAxis['order']
}

/** Undefined where it names none, or one within another. */
export function fieldOf(channel: SpecPart): string | undefined {
  const field = channel.text('field')
  if (field !== null && !/(^|[^\\])[.[]/.test(field)) return field.replace(/\\([.[\]'"])/g, '$1')
  channel.refuse('field')
  return undefined
}

/** Null where it cannot be drawn. */
export function axisChannel(encoding: SpecPart, direction: Direction): AxisChannel | null {
  const channel = encoding.part(direction)
  if (!channel) {
    encoding.reasons.add(`no ${encoding.at(direction)}`)
    return null
  }
  const field = fieldOf(channel)
  const scale = channel.part('scale')
  const type = channel.choice('type', TYPES) ?? 'nominal'
  const isLog = scale?.choice('type', ['linear', 'log', 'time', 'utc', 'band', 'point']) === 'log'
  const kind = type === 'quantitative' && isLog ? 'log' : KINDS[type]
  const zero = scale?.flag('zero') ?? null
  const domain = scale?.list('domain') ?? []
  scale?.ignore(IGNORED_OF_SCALE)
  scale?.end()
  const title = titleOf(channel, 'axis', IGNORED_OF_AXIS) ?? field ?? ''
  const read = {
    title,
    kind,
    zero,
    range: kind === 'category' ? null : rangeOf(channel, domain, kind),
    order: orderOf(channel, kind === 'category' ? domain : [], kind === 'category'),
    stack: stackOf(channel),
  }
  channel.end()
  return field === undefined ? null : { field, ...read }
}

function stackOf(channel: SpecPart): AxisChannel['stack'] {
  const stack = channel.raw('stack')
  if (stack === undefined) return 'usual'
  if (stack === null || stack === false) return 'none'
  if (stack !== true && stack !== 'zero') channel.refuse('stack')
  return 'zero'
}

function rangeOf(channel: SpecPart, domain: readonly unknown[], kind: ScaleKind): [number, number] | null {
  if (domain.length === 0) return null
  const [from, to] = domain.map((value) => (kind === 'time' || typeof value === 'number' ? instantOf(value)?.at : undefined))
  if (domain.length === 2 && from !== undefined && to !== undefined && from !== to && (kind !== 'log' || Math.min(from, to) > 0)) return kind === 'log' ? [Math.log10(from), Math.log10(to)] : [from, to]
  channel.refuse('scale.domain')
  return null
}

/** By value where nothing else is said. */
function orderOf(channel: SpecPart, domain: readonly unknown[], isSorted: boolean): ToldAxis['order'] {
  const sort = channel.raw('sort')
  if (Array.isArray(sort) && isSorted) return sort
  if (sort !== undefined && sort !== null && sort !== 'ascending' && !(sort === 'descending' && isSorted)) channel.refuse('sort')
  if (domain.length > 0) return domain
  return sort === null ? 'told' : sort === 'descending' ? 'descending' : 'ascending'
}

/** That of its axis or legend before its own; undefined where it says none, and nothing where it wants none. */
function titleOf(channel: SpecPart, guide: 'axis' | 'legend', ignored: readonly string[]): string | undefined {
  const part = channel.part(guide)
  part?.ignore(ignored)
  const titles = [part, channel].map((said) => (said?.raw('title') === null ? '' : (said?.text('title') ?? undefined)))
  part?.end()
  return titles.find((title) => title !== undefined)
}

/** Null where it has none; one of its own is only looks. */
export function colourChannel(encoding: SpecPart): Colour | null {
  const channel = encoding.part('color')
  if (!channel || channel.has('value')) {
    channel?.ignore(['value'])
    channel?.end()
    return null
  }
  const isInLegend = channel.raw('legend') !== null
  const scale = channel.part('scale')
  const domain = scale?.list('domain') ?? []
  scale?.expect('type', ['ordinal'])
  scale?.ignore(IGNORED_OF_SCALE)
  scale?.end()
  const order = orderOf(channel, domain, true)
  const title = titleOf(channel, 'legend', IGNORED_OF_LEGEND)
  channel.expect('type', ['nominal', 'ordinal'])
  if (channel.has('datum')) {
    const name = channel.raw('datum')
    if (typeof name !== 'string' && typeof name !== 'number') channel.refuse('datum')
    channel.end()
    return { field: null, name: String(name), title: title ?? '', isInLegend, order }
  }
  const field = fieldOf(channel)
  channel.end()
  return field === undefined ? null : { field, name: '', title: title ?? field, isInLegend, order }
}
