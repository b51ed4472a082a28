import { Ban, CalendarClock, CalendarX, Circle, CircleCheck, CircleDashed, CircleDot, CircleX, RotateCw, SkipForward, type LucideIcon } from 'lucide-react'

interface Look {
  readonly icon: LucideIcon
  readonly word: string
}

const LOOKS: Record<string, Look> = {
  queued: { icon: CircleDashed, word: 'Queued' },
  pending: { icon: CalendarClock, word: 'Scheduled' },
  active: { icon: CircleDot, word: 'Active' },
  retrying: { icon: RotateCw, word: 'Retrying' },
  complete: { icon: CircleCheck, word: 'Complete' },
  failed: { icon: CircleX, word: 'Failed' },
  cancelled: { icon: Ban, word: 'Cancelled' },
  // Of an instant a schedule was due, where no job says what became of it.
  skipped: { icon: SkipForward, word: 'Skipped' },
  missed: { icon: CalendarX, word: 'Missed' },
  gone: { icon: Circle, word: 'No longer kept' },
}

/** A state is a hue, an icon and a word, always all three. */
export function Status({ status, word }: { status: string; word?: string }) {
  const look = LOOKS[status]
  if (!look) return <span className="status">{status}</span>
  const Icon = look.icon
  return (
    <span className={`status status-${status}`}>
      <Icon size={14} aria-hidden />
      {word ?? look.word}
    </span>
  )
}

/** Where a word stands for those who do not see it. */
export function StatusIcon({ status, size }: { status: string; size: number }) {
  const Icon = LOOKS[status]?.icon ?? Circle
  return <Icon size={size} aria-hidden className={`status-${status}`} />
}

export const statusWord = (status: string): string => LOOKS[status]?.word ?? status

const httpClass = (status: number): string => `${String(Math.floor(status / 100))}xx`

export function HttpStatus({ status }: { status: number }) {
  return <span className={`num http http-${httpClass(status)}`}>{status}</span>
}
