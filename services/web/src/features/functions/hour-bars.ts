// A function's last 24 hours as bars in the room of a line of text: what jobs came to, stacked, each hour of one width.
import type { FunctionActivityOut } from '@/generated/rest'
import { count } from '@/lib/format'

/** From the zero line upwards; also the names of the colours. */
const OUTCOMES = ['complete', 'failed', 'retrying', 'cancelled'] as const
type Outcome = (typeof OUTCOMES)[number]

const BAR = 3
const STEP = 4
/** Never so low that it is not seen: one failure among thousands is the one that is looked for. */
const LEAST = 1
export const BARS_HEIGHT = 20
export const barsWidth = (hours: number): number => hours * STEP - 1

export interface OutcomePath {
  readonly outcome: Outcome
  readonly path: string
}

/** One path for each outcome there is: a table draws hundreds of bars. The highest hour fills the height. */
export function outcomePaths(activity: FunctionActivityOut): OutcomePath[] {
  const most = Math.max(1, ...totals(activity))
  const tops = activity.complete.map(() => 0)
  return OUTCOMES.flatMap((outcome) => {
    let path = ''
    activity[outcome].forEach((jobs, hour) => {
      if (jobs === 0) return
      const height = Math.max(LEAST, (jobs / most) * BARS_HEIGHT)
      const top = Math.min(BARS_HEIGHT, (tops[hour] ?? 0) + height)
      tops[hour] = top
      path += `M${String(hour * STEP)} ${upFromZero(top - height)}h${String(BAR)}V${upFromZero(top)}h-${String(BAR)}z`
    })
    return path === '' ? [] : [{ outcome, path }]
  })
}

const upFromZero = (height: number): string => (BARS_HEIGHT - height).toFixed(1)

const totals = (activity: FunctionActivityOut): number[] => activity.complete.map((_, hour) => OUTCOMES.reduce((total, outcome) => total + (activity[outcome][hour] ?? 0), 0))

/** What the bars say, in words: how many came to what, and in how many of the hours. */
export function activityText(activity: FunctionActivityOut | undefined): string {
  if (!activity) return 'nothing in 24 hours'
  const said = OUTCOMES.flatMap((outcome) => {
    const jobs = activity[outcome].reduce((sum, one) => sum + one, 0)
    return jobs === 0 ? [] : [`${count(jobs)} ${outcome}`]
  })
  const busy = totals(activity).filter((total) => total > 0).length
  return `${said.join(', ')} in 24 hours, in ${count(busy)} of them`
}
