// What is worse than usual, as the server judges it: each function and each API by its own day before.
import { linkOptions, type LinkProps } from '@tanstack/react-router'
import type { FailingMoreOut, UnusualApi, UnusualApis, UnusualOut, WaitingLongerOut } from '@/generated/rest'
import { count, duration, percent } from '@/lib/format'
import { LIVE, type RangeSearch } from '@/lib/range'

export interface Trouble {
  readonly tone: 'warn' | 'bad'
  /** Whose it is. */
  readonly name: string
  /** “12 %, usual 2 %” */
  readonly figures: string
  /** The same in a sentence, with how many there were of each. */
  readonly words: string
  /** How many others are worse than usual, too. */
  readonly others: number
  readonly since: number | null
  /** The list behind it. */
  readonly door: LinkProps
}

const sinceOf = ({ since }: { readonly since: string | null }): number | null => (since === null ? null : Date.parse(since))
const isJudgedFrom = (least: number, what: string): string => `Of fewer than ${count(least)} ${what} nothing is said.`

export function failingTrouble(unusual: UnusualOut | undefined, range: RangeSearch): Trouble | null {
  const worst: FailingMoreOut | undefined = unusual?.failing[0]
  if (!unusual || !worst) return null
  return {
    tone: worst.level,
    name: worst.function_name,
    figures: `${percent(worst.failure_rate)}, usual ${percent(worst.usual_failure_rate)}`,
    words: `${worst.function_name}: ${count(worst.failures)} of ${count(worst.runs)} jobs failed, ${percent(worst.failure_rate)}. In the 24 hours before, ${percent(worst.usual_failure_rate)} of its ${count(worst.usual_runs)} did. ${isJudgedFrom(unusual.least, 'jobs')}`,
    others: unusual.failing_total - 1,
    since: sinceOf(worst),
    door: linkOptions({ to: '/jobs', search: { function: worst.function, status: ['failed'], ...range } }),
  }
}

export function waitingTrouble(unusual: UnusualOut | undefined): Trouble | null {
  const worst: WaitingLongerOut | undefined = unusual?.waiting[0]
  if (!unusual || !worst) return null
  return {
    tone: worst.level,
    name: worst.function_name,
    figures: `${duration(worst.p95_wait_ms)}, usual ${duration(worst.usual_p95_wait_ms)}`,
    words: `${worst.function_name}: its jobs waited up to ${duration(worst.p95_wait_ms)} (p95 of ${count(worst.starts)}). In the 24 hours before it was ${duration(worst.usual_p95_wait_ms)} (of ${count(worst.usual_starts)}). ${isJudgedFrom(unusual.least, 'jobs')}`,
    others: unusual.waiting_total - 1,
    since: sinceOf(worst),
    // What waits, waits now.
    door: linkOptions({ to: '/jobs', search: { function: worst.function, status: ['queued'], ...LIVE } }),
  }
}

export function errorsTrouble(unusual: UnusualApis | undefined, range: RangeSearch): Trouble | null {
  const worst: UnusualApi | undefined = unusual?.apis[0]
  if (!unusual || !worst) return null
  return {
    tone: worst.level,
    name: worst.name,
    figures: `${percent(worst.server_error_rate)}, usual ${percent(worst.usual_server_error_rate)}`,
    words: `${worst.name}: ${count(worst.server_errors)} of ${count(worst.requests)} requests ended in an error of the server, ${percent(worst.server_error_rate)}. In the 24 hours before, ${percent(worst.usual_server_error_rate)} of its ${count(worst.usual_requests)} did. ${isJudgedFrom(unusual.least, 'requests')}`,
    others: unusual.total - 1,
    since: sinceOf(worst),
    door: linkOptions({ to: '/apis/$name', params: { name: worst.name }, search: range }),
  }
}
