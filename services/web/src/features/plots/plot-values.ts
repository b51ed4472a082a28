// From a value of a specification to its place on an axis, and back to text.
import type { PlotAxis, ScaleKind } from '@/features/plots/plot'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '@/lib/time-units'

const INSTANT = /^(\d{4}-\d{2}(?:-\d{2})?)(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(?:(?<=\.\d{3})\d+)?(Z|[+-]\d{2}:\d{2})?)?$/

const isMissing = (value: unknown): boolean => value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value))

/** An instant without a zone is shown as it is written: it is read, and shown, as UTC. */
export function instantOf(value: unknown): { readonly at: number; readonly isZoned: boolean } | null {
  if (typeof value === 'number') return Number.isFinite(value) ? { at: value, isZoned: false } : null
  const [, day, clock, zone] = (typeof value === 'string' ? INSTANT.exec(value) : null) ?? []
  if (day === undefined) return null
  const at = Date.parse(clock === undefined ? day : `${day}T${clock}${zone ?? 'Z'}`)
  return Number.isFinite(at) ? { at, isZoned: zone !== undefined } : null
}

const numberOf = (value: unknown): number | null => {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof read === 'number' && Number.isFinite(read) ? read : null
}

/** Null where nothing is told, undefined where it is nothing that stands on such an axis. */
export function placeOf(value: unknown, kind: ScaleKind, categories: ReadonlyMap<string, number>): number | null | undefined {
  if (kind === 'category') return categories.get(String(value)) ?? null
  if (isMissing(value)) return null
  if (kind === 'time') return instantOf(value)?.at
  const number = numberOf(value)
  if (number === null) return undefined
  if (kind === 'number') return number
  return number > 0 ? Math.log10(number) : null
}

/** As what values are read that nobody gave a kind; null where they are of several, or could be. */
export function kindOf(values: Iterable<unknown>): ScaleKind | null {
  const kinds = new Set<ScaleKind | 'unclear'>()
  for (const value of values) if (!isMissing(value)) kinds.add(oneKindOf(value))
  const [kind = 'number', other] = kinds
  return other !== undefined || kind === 'unclear' ? null : kind
}

function oneKindOf(value: unknown): ScaleKind | 'unclear' {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'category'
  if (typeof value !== 'string') return 'unclear'
  if (instantOf(value) !== null) return 'time'
  // Whether “12” is a number or a name depends on who draws it.
  return numberOf(value) === null ? 'category' : 'unclear'
}

const inUtc = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
const year = inUtc({ year: 'numeric' })
const month = inUtc({ month: 'short', year: 'numeric' })
const day = inUtc({ day: 'numeric', month: 'short' })
const minute = inUtc({ hour: '2-digit', minute: '2-digit' })
const second = inUtc({ hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** Beside a tick; `step` is how far the next is. */
export function timeTickText(at: number, step: number): string {
  if (step > 300 * DAY_MS) return year.format(at)
  if (step > 27 * DAY_MS) return month.format(at)
  if (step >= DAY_MS || at % DAY_MS === 0) return day.format(at)
  return (step < MINUTE_MS ? second : minute).format(at)
}

const plain = new Map<number, Intl.NumberFormat>()
const scientific = new Intl.NumberFormat('en', { notation: 'scientific', maximumFractionDigits: 2 })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 })

function withDigits(digits: number): Intl.NumberFormat {
  const format = plain.get(digits) ?? new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  plain.set(digits, format)
  return format
}

/** Beside a tick; `step` is how far the next is. */
export function numberTickText(value: number, step: number): string {
  if (value === 0) return '0'
  if (step < 1e-4 || Math.abs(value) >= 1e15) return scientific.format(value)
  if (step >= 100_000 || (Math.abs(value) >= 1e6 && step >= Math.abs(value) / 1000)) return compact.format(value)
  return withDigits(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))).format(value)
}

const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 3 })
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })

export function numberText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return scientific.format(value)
  return (size < 1 ? small : exact).format(value)
}

/** A place in full. */
export function placeText(axis: PlotAxis, place: number): string {
  if (axis.kind === 'category') return axis.categories[place] ?? ''
  if (axis.kind === 'log') return numberText(10 ** place)
  if (axis.kind === 'number') return numberText(place)
  const text = new Date(place).toISOString()
  const zone = axis.isZoned ? ' UTC' : ''
  if (place % DAY_MS === 0 && !axis.isZoned) return text.slice(0, 10)
  return text.slice(0, place % MINUTE_MS === 0 ? 16 : place % SECOND_MS === 0 ? 19 : 23).replace('T', ' ') + zone
}
