import type { ReactNode } from 'react'
import { useNow } from '@/lib/clock'
import { DASH, readableTime, utc } from '@/lib/format'

export function Time({ at }: { at: string | null | undefined }) {
  return at ? <KnownTime at={at} /> : <span className="faint">{DASH}</span>
}

function KnownTime({ at }: { at: string }) {
  const now = useNow()
  return (
    <Instant at={at} className="num">
      {readableTime(at, now)}
    </Instant>
  )
}

interface InstantProps {
  /** RFC 3339, or milliseconds since the epoch. */
  readonly at: string | number
  readonly className?: string
  /** How it is said where it stands; nothing here follows the clock. */
  readonly children: ReactNode
}

/** An instant in whatever words: pointed at, it says the time in UTC. */
export function Instant({ at, className, children }: InstantProps) {
  return (
    <time className={className} dateTime={new Date(at).toISOString()} title={utc(at)}>
      {children}
    </time>
  )
}
