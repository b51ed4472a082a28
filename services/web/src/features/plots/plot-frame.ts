// Where things are in the picture, in pixels: the field in which is drawn, the ticks of its axes and their texts.
import { ticks } from 'd3-array'
import { utcTicks } from 'd3-time'
import type { Plot, PlotAxis } from '@/features/plots/plot'
import { numberText, numberTickText, timeTickText } from '@/features/plots/plot-values'

const CHAR_PX = 6.3
const LINE_PX = 14
const X_TICK_PX = 64
const Y_TICK_PX = 44
const LONGEST_CHARS = 18
/** The sine and the cosine of what texts are turned by where they have no room. */
const SLANT = { down: 0.6, back: 0.8 }
const LEAST_CHARS = 6

export interface Tick {
  readonly at: number
  readonly text: string
}

export interface Frame {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  readonly isSlanted: boolean
  readonly x: (place: number) => number
  readonly y: (place: number) => number
}

/** `isSmall`: the marks alone. */
export function plotFrame(plot: Plot, width: number, height: number, isSmall: boolean): Frame {
  if (isSmall) return framed(plot, { width, height, left: 8, right: width - 8, top: 8, bottom: height - 8, xTicks: [], yTicks: [], isSlanted: false })
  // Half a date fits beside the last tick.
  const [top, right] = [10, width - 24]
  const most = width < 480 ? 12 : LONGEST_CHARS
  const yTexts = tickTexts(plot.y, Math.max(2, (height - 60) / Y_TICK_PX), (height - 60) / LINE_PX, most)
  const left = Math.min(width / 2, 10 + widest(yTexts))
  const room = right - left
  const flat = tickTexts(plot.x, Math.max(2, room / X_TICK_PX), room / LINE_PX, LONGEST_CHARS)
  const isSlanted = plot.x.kind === 'category' && widest(flat) + 8 > room / Math.max(1, flat.length)
  // The first of them reaches back to the edge of the picture.
  const reach = Math.max(LEAST_CHARS, Math.floor((left + room / flat.length / 2) / (SLANT.back * CHAR_PX)))
  const xTexts = isSlanted ? flat.map(({ at, text }) => ({ at, text: cut(text, reach) })) : flat
  const bottom = height - (isSlanted ? 20 + SLANT.down * widest(xTexts) : 24)
  return framed(plot, { width, height, left, right, top, bottom, xTicks: xTexts, yTicks: yTexts, isSlanted })
}

function framed(plot: Plot, box: Omit<Frame, 'x' | 'y'>): Frame {
  const x = toPixels(plot.x.domain, box.left, box.right)
  const y = toPixels(plot.y.domain, box.bottom, box.top)
  const inside = (all: readonly Tick[], place: (at: number) => number): Tick[] => all.map(({ at, text }) => ({ at: place(at), text }))
  return { ...box, xTicks: inside(box.xTicks, x), yTicks: inside(box.yTicks, y), x, y }
}

const toPixels = ([from, to]: readonly [number, number], start: number, end: number) => (place: number): number => start + ((place - from) / (to - from)) * (end - start)

const widest = (all: readonly Tick[]): number => CHAR_PX * all.reduce((most, { text }) => Math.max(most, text.length), 0)

/** About `wanted` of them; of categories each, as long as their lines fit. */
function tickTexts({ kind, domain, categories }: PlotAxis, wanted: number, lines: number, mostChars: number): Tick[] {
  const [from, to] = domain
  if (kind === 'category') {
    const step = Math.max(1, Math.ceil(categories.length / lines))
    return categories.flatMap((name, at) => (at % step === 0 && at >= Math.min(from, to) && at <= Math.max(from, to) ? [{ at, text: cut(name, mostChars) }] : []))
  }
  if (kind === 'time') {
    const found = utcTicks(new Date(from), new Date(to), Math.floor(wanted)).map(Number)
    const step = Math.abs((found[1] ?? to) - (found[0] ?? from))
    return found.map((at) => ({ at, text: timeTickText(at, step) }))
  }
  if (kind === 'log') return logTicks(from, to, wanted)
  const found = ticks(from, to, Math.floor(wanted))
  const step = Math.abs((found[1] ?? to) - (found[0] ?? from))
  return found.map((at) => ({ at, text: numberTickText(at, step) }))
}

/** Powers of ten; of few of them 2 and 5 times those, too. */
function logTicks(from: number, to: number, wanted: number): Tick[] {
  const [least, most] = [Math.min(from, to), Math.max(from, to)]
  const every = Math.max(1, Math.ceil((most - least) / wanted))
  const powers = Array.from({ length: Math.max(0, Math.floor(most) - Math.floor(least) + 1) }, (_, index) => Math.floor(least) + index).filter((power) => power % every === 0)
  const factors = most - least < wanted / 3 ? [1, 2, 5] : [1]
  return powers
    .flatMap((power) => factors.map((factor) => power + Math.log10(factor)))
    .filter((at) => at >= least && at <= most)
    .map((at) => ({ at, text: numberText(Number((10 ** at).toPrecision(1))) }))
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
