// Instants as a clock in another place shows them.

export interface ZonedClock {
  /** What zone it shows: the one asked for, or UTC where this browser knows no such zone. */
  readonly zone: string
  /** “Mon 30 Nov, 08:00”, with seconds where there are any. */
  readonly text: (at: string | number) => string
  /** “Mon 30 Nov” and “08:00”. */
  readonly day: (at: string | number) => string
  readonly time: (at: string | number) => string
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const
const TIME = { hour: '2-digit', minute: '2-digit' } as const
const clocks = new Map<string, ZonedClock>()

function makeClock(zone: string): ZonedClock {
  const inZone = (parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: zone })
  const [days, minutes, seconds] = [inZone(DAY), inZone(TIME), inZone({ ...TIME, second: '2-digit' })]
  const day = (at: string | number): string => days.format(new Date(at))
  const time = (at: string | number): string => (new Date(at).getUTCSeconds() === 0 ? minutes : seconds).format(new Date(at))
  return { zone, text: (at) => `${day(at)}, ${time(at)}`, day, time }
}

export function zonedClock(zone: string): ZonedClock {
  const known = clocks.get(zone)
  if (known) return known
  try {
    const clock = makeClock(zone)
    clocks.set(zone, clock)
    return clock
  } catch {
    return zonedClock('UTC')
  }
}

export const readersZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Whether two clocks show the same at all of these. */
export const areAlike = (one: ZonedClock, other: ZonedClock, instants: readonly string[]): boolean => instants.every((at) => one.text(at) === other.text(at))
