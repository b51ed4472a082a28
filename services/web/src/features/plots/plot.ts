// A plot as both kinds of specification tell it (`ToldPlot`), and as it is drawn (`Plot`): every value a place on its axis.

export const MOST_POINTS = 20_000
export const MOST_SERIES = 20
const MOST_REASONS = 8
const LONGEST_TEXT = 200

export type ScaleKind = 'number' | 'log' | 'time' | 'category'
export type Mark = 'line' | 'points' | 'line-points' | 'bar' | 'area'
/** Of bars and areas at one place: one over the other, side by side, one upon the other. */
export type Placing = 'over' | 'beside' | 'stacked'
export type Direction = 'x' | 'y'

export interface ToldAxis {
  readonly title: string
  /** Null: as its values are. */
  readonly kind: ScaleKind | null
  /** What it reaches from and to, as places; null: what there is. */
  readonly range: readonly [number, number] | null
  readonly fromZero: boolean
  /** Of categories: as they come, by value, or those first. */
  readonly order: 'told' | 'ascending' | 'descending' | readonly unknown[]
  /** Categories begin at the top. */
  readonly isDownward: boolean
}

export interface ToldSeries {
  readonly name: string
  /** Series of one tone have one colour. */
  readonly tone: string
  readonly isInLegend: boolean
  readonly mark: Mark
  readonly placing: Placing
  /** The axis along which it goes: what a bar stands on. */
  readonly along: Direction
  /** Its line follows the axis, not the order of its points. */
  readonly isSorted: boolean
  readonly x: readonly unknown[]
  readonly y: readonly unknown[]
}

export interface ToldPlot {
  readonly title: string
  readonly legend: string
  readonly x: ToldAxis
  readonly y: ToldAxis
  readonly series: readonly ToldSeries[]
  /** The first of a stack is its top. */
  readonly stacksFromLast: boolean
}

export interface PlotAxis {
  readonly title: string
  readonly kind: ScaleKind
  /** Where it begins and ends. A place is the number, its decimal logarithm, milliseconds since 1970, or which category it is. */
  readonly domain: readonly [number, number]
  readonly categories: readonly string[]
  /** Its instants said in which zone they are; shown in UTC. Others are shown as they are written. */
  readonly isZoned: boolean
}

export interface PlotPoint {
  readonly x: number
  readonly y: number
  /** Where it stands along its axis, as told: a bar beside others is drawn next to it. */
  readonly at: number
  /** Where its bar or area begins, on the axis it is measured by. */
  readonly from: number
  /** What it is by itself, wherever it is stacked. */
  readonly value: number
}

export interface PlotSeries extends Pick<ToldSeries, 'name' | 'isInLegend' | 'mark' | 'along'> {
  /** 0 to 19. */
  readonly tone: number
  /** Null where its line is broken. */
  readonly points: readonly (PlotPoint | null)[]
  /** How wide its bars are, in places. */
  readonly width: number
}

export interface Plot {
  readonly title: string
  readonly legend: string
  readonly x: PlotAxis
  readonly y: PlotAxis
  readonly series: readonly PlotSeries[]
}

/** Why a plot is not drawn: what its specification says that would change the picture, and is not understood here. */
export class Reasons {
  readonly all = new Set<string>()

  get areNone(): boolean {
    return this.all.size === 0
  }

  add(reason: string): void {
    if (this.all.size < MOST_REASONS) this.all.add(shortened(reason))
  }
}

export const shortened = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text)
