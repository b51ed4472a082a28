import { Ban, CalendarClock, CircleCheck, CircleDashed, CircleDot, CircleX, RotateCw, type LucideIcon } from 'lucide-react'

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

export const statusWord = (status: string): string => LOOKS[status]?.word ?? status

const httpClass = (status: number): string => `${String(Math.floor(status / 100))}xx`

export function HttpStatus({ status }: { status: number }) {
  return <span className={`num http http-${httpClass(status)}`}>{status}</span>
}
