// Some hours as bars in the room of a line of text: what there was of each kind, stacked, each hour of one width.
import { count } from '@/lib/format'

/** From the zero line upwards, in their order. */
export interface HourPart {
  readonly name: string
  readonly color: `--bar-${string}`
  /** By hour, the open one last. */
  readonly hours: readonly number[]
}

const BAR = 3
const STEP = 4
/** Never so low that it is not seen: one failure among thousands is the one that is looked for. */
const LEAST = 1
export const BARS_HEIGHT = 20
export const barsWidth = (hours: number): number => hours * STEP - 1

interface PartPath {
  readonly part: HourPart
  readonly path: string
}

/** One path for each part there is: a table draws hundreds of bars. The highest hour fills the height. */
export function partPaths(parts: readonly HourPart[]): PartPath[] {
  const most = Math.max(1, ...totals(parts))
  const tops: number[] = []
  return parts.flatMap((part) => {
    let path = ''
    part.hours.forEach((many, hour) => {
      if (many === 0) return
      const height = Math.max(LEAST, (many / most) * BARS_HEIGHT)
      const top = Math.min(BARS_HEIGHT, (tops[hour] ?? 0) + height)
      tops[hour] = top
      path += `M${String(hour * STEP)} ${upFromZero(top - height)}h${String(BAR)}V${upFromZero(top)}h-${String(BAR)}z`
    })
    return path === '' ? [] : [{ part, path }]
  })
}

const upFromZero = (height: number): string => (BARS_HEIGHT - height).toFixed(1)

const totals = (parts: readonly HourPart[]): number[] => parts[0]?.hours.map((_, hour) => parts.reduce((total, { hours }) => total + (hours[hour] ?? 0), 0)) ?? []

/** What the bars say, in words: how many of what, and in how many of the hours. */
export function hoursText(parts: readonly HourPart[]): string {
  const said = parts.flatMap(({ name, hours }) => {
    const many = hours.reduce((sum, one) => sum + one, 0)
    return many === 0 ? [] : [`${count(many)} ${name}`]
  })
  if (said.length === 0) return 'nothing in 24 hours'
  const busy = totals(parts).filter((total) => total > 0).length
  return `${said.join(', ')} in 24 hours, in ${count(busy)} of them`
}
