// Some hours as bars in the room of a line of text: what there was of each kind, stacked, each hour of one width.
import { count, spanOfTime } from '@/lib/format'
import { customSearch, STEP_MS, type RangeSearch } from '@/lib/range'

/** From the zero line upwards, in their order. */
export interface HourPart {
  readonly name: string
  readonly color: `--bar-${string}`
  /** By hour, the open one last. */
  readonly hours: readonly number[]
}

export interface HourActivity {
  /** When each of them began, as the server says: the open one turns there, not by the reader's clock. */
  readonly hours: readonly string[]
  readonly parts: readonly HourPart[]
  /** In how many minutes of each a limit held jobs back. */
  readonly held?: readonly number[] | undefined
}

const BAR = 3
const STEP = 4
/** Never so low that it is not seen: one failure among thousands is the one that is looked for. */
const LEAST = 1
export const BARS_HEIGHT = 20
const HATCH = 3
const HELD = 4
export const barsWidth = (hours: number): number => hours * STEP - 1

interface PartPath {
  readonly part: HourPart
  readonly path: string
}

/** One path for each part there is: a table draws hundreds of bars. The highest hour fills the height. */
export function partPaths(parts: readonly HourPart[]): PartPath[] {
  const heightOf = heightIn(parts)
  const tops: number[] = []
  return parts.flatMap((part) => {
    let path = ''
    part.hours.forEach((many, hour) => {
      if (many === 0) return
      const height = heightOf(many)
      const top = Math.min(BARS_HEIGHT, (tops[hour] ?? 0) + height)
      tops[hour] = top
      path += `M${String(hour * STEP)} ${upFromZero(top - height)}h${String(BAR)}V${upFromZero(top)}h-${String(BAR)}z`
    })
    return path === '' ? [] : [{ part, path }]
  })
}

/** Stripes over the open hour, which still fills: a low bar there is no fall. */
export function hatchPath(parts: readonly HourPart[]): string {
  const heightOf = heightIn(parts)
  const top = Math.min(BARS_HEIGHT, parts.reduce((height, { hours }) => height + heightOf(hours.at(-1) ?? 0), 0))
  const left = ((parts[0]?.hours.length ?? 1) - 1) * STEP
  let path = ''
  for (let up = 1 - BAR; up + BAR <= top; up += HATCH) path += `M${String(left)} ${upFromZero(up)}l${String(BAR)}-${String(BAR)}`
  return path
}

/** Stripes through the whole room of each hour in which a limit held jobs back. */
export function heldPath(held: readonly number[]): string {
  let path = ''
  held.forEach((minutes, hour) => {
    if (minutes > 0) for (let up = 0; up + BAR <= BARS_HEIGHT; up += HELD) path += `M${String(hour * STEP)} ${upFromZero(up + BAR)}l${String(BAR)} ${String(BAR)}`
  })
  return path
}

/** The room of one hour, for what marks it. */
export const hourPath = (hour: number): string => `M${String(hour * STEP - 0.5)} 0h${String(STEP)}v${String(BARS_HEIGHT)}h-${String(STEP)}z`

/** The hour at a place, as its share of the width. */
export const hourAt = (share: number, hours: number): number => Math.min(hours - 1, Math.max(0, Math.floor(share * hours)))

const heightIn = (parts: readonly HourPart[]) => {
  const most = Math.max(1, ...totals(parts))
  return (many: number): number => (many === 0 ? 0 : Math.max(LEAST, (many / most) * BARS_HEIGHT))
}

const upFromZero = (height: number): string => (BARS_HEIGHT - height).toFixed(1)

const totals = (parts: readonly HourPart[]): number[] => parts[0]?.hours.map((_, hour) => parts.reduce((total, { hours }) => total + (hours[hour] ?? 0), 0)) ?? []

/** What the bars say, in words: how many of what, and in how many of the hours. */
export function hoursText({ parts, held = [] }: Pick<HourActivity, 'parts' | 'held'>): string {
  const said = saidOf(parts, (hours) => hours.reduce((sum, one) => sum + one, 0))
  const bitten = held.filter((minutes) => minutes > 0).length
  const limited = bitten === 0 ? '' : `; its limit held jobs back in ${count(bitten)} of them`
  if (said === '') return `nothing in 24 hours${limited}`
  const busy = totals(parts).filter((total) => total > 0).length
  return `${said} in 24 hours, in ${count(busy)} of them${limited}`
}

/** One of them: “14:00–15:00: 12 complete, 1 failed”. */
export function hourText({ hours, parts, held }: HourActivity, hour: number): string {
  const began = Date.parse(hours[hour] ?? '')
  const soFar = hour === hours.length - 1 ? ', so far' : ''
  const minutes = held?.[hour] ?? 0
  const limited = minutes === 0 ? '' : `; its limit held jobs back in ${minutes === 1 ? '1 minute' : `${count(minutes)} minutes`}`
  return `${spanOfTime(began, began + STEP_MS['1h'])}${soFar}: ${saidOf(parts, (counts) => counts[hour] ?? 0) || 'nothing'}${limited}`
}

/** An hour as a range of the address. */
export function hourSearch(began: string): RangeSearch {
  const at = Date.parse(began)
  return customSearch(at, at + STEP_MS['1h'])
}

const saidOf = (parts: readonly HourPart[], manyOf: (hours: readonly number[]) => number): string =>
  parts
    .flatMap(({ name, hours }) => {
      const many = manyOf(hours)
      return many === 0 ? [] : [`${count(many)} ${name}`]
    })
    .join(', ')
