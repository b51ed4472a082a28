// Numbers and times as people read them. Null is a dash: what is not known is not zero.
export const DASH = '–'

const whole = new Intl.NumberFormat('en')
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

type Maybe = number | null | undefined

const known = (value: Maybe): value is number => value !== null && value !== undefined && Number.isFinite(value)

export const count = (value: Maybe): string => (known(value) ? whole.format(value) : DASH)
export const decimal = (value: Maybe): string => (known(value) ? (Math.abs(value) < 1 ? small : tenth).format(value) : DASH)
export const percent = (value: Maybe): string => (known(value) ? `${tenth.format(value)} %` : DASH)
export const share = (value: Maybe): string => (known(value) ? `${String(Math.round(value * 100))} %` : DASH)

export function duration(ms: Maybe): string {
  if (!known(ms)) return DASH
  if (ms === 0) return '0 ms'
  if (ms < 1) return `${ms.toFixed(2)} ms`
  if (ms < 1000) return `${String(Math.round(ms))} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} m ${String(seconds % 60)} s`
  return `${String(Math.floor(seconds / 3600))} h ${String(Math.floor((seconds % 3600) / 60))} m`
}

export function bytes(value: Maybe): string {
  if (!known(value)) return DASH
  if (value < 1024) return `${String(value)} B`
  if (value < 1024 ** 2) return `${tenth.format(value / 1024)} KB`
  if (value < 1024 ** 3) return `${tenth.format(value / 1024 ** 2)} MB`
  return `${tenth.format(value / 1024 ** 3)} GB`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

const exactClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 })
/** To the millisecond: of what happened close together. */
export const exactTime = (at: string | number): string => exactClock.format(new Date(at))
export const clockTime = (at: string | number): string => clock.format(new Date(at))

/** The exact instant, in no zone but UTC. */
export const utc = (at: string | number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')
export const utcSpan = (from: number, to: number): string => `${utc(from)} – ${utc(to)}`

/** Relative under an hour, then clock time, then with the day, in the reader's zone. */
export function readableTime(at: string, now: number): string {
  const then = new Date(at).getTime()
  const seconds = Math.round((now - then) / 1000)
  if (Math.abs(seconds) < 3600) return relative(seconds)
  return Math.abs(seconds) < 20 * 3600 ? clock.format(then) : dayAndClock.format(then)
}

function relative(seconds: number): string {
  if (Math.abs(seconds) < 2) return 'now'
  const size = Math.abs(seconds)
  const text = size < 60 ? `${String(size)} s` : `${String(Math.floor(size / 60))} m`
  return seconds > 0 ? `${text} ago` : `in ${text}`
}

/** What is to come, counted down: “in 12 s”, “in 4 m”, “in 2 h 14 m”, “in 3 d 4 h”, short “in 2 h”, “in 3 d”; once it is there, “now”. */
export function untilText(at: string | number, now: number, isShort = false): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000)
  if (seconds < 3600) return seconds < 2 ? 'now' : relative(-seconds)
  const hours = Math.floor(seconds / 3600)
  const [whole, rest] = hours < 24 ? [`${String(hours)} h`, `${String(Math.floor((seconds % 3600) / 60))} m`] : [`${String(Math.floor(hours / 24))} d`, `${String(hours % 24)} h`]
  return isShort ? `in ${whole}` : `in ${whole} ${rest}`
}

/** “trying again in 3 s”, counted down; null is now. */
export function untilNextTry(at: number | null, now: number): string {
  const seconds = at === null ? 0 : Math.ceil((at - now) / 1000)
  return seconds > 0 ? `trying again in ${String(seconds)} s` : 'trying now'
}

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString()
const shortClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** Two instants as a stretch: “14:00–15:00” today, with days where they are needed. */
export function spanOfTime(after: number, before: number): string {
  const ends = before - after < 120_000 ? clock : shortClock
  const day = sameDay(after, before) ? '' : dayAndClock.format(before)
  return `${sameDay(after, Date.now()) ? ends.format(after) : dayAndClock.format(after)}–${day || ends.format(before)}`
}

/** An instant as `<input type="datetime-local">` takes it: in the reader's zone, to the second. */
export function localInput(at: number): string {
  const date = new Date(at)
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** An instant in few words: the minute today, else with its day. */
export const momentText = (at: number): string => (sameDay(at, Date.now()) ? shortClock : dayAndClock).format(at)
