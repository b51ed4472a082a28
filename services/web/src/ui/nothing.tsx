// The kinds of nothing, told apart: an empty place says why it is empty and what would change that.
import { CalendarX, CircleAlert, CircleSlash, CloudOff, FilterX, Hourglass, Inbox, Lock, SearchX, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** never: no such thing was ever told · none: nothing in this range · filtered: filters left nothing · outside: not kept so long · forbidden: a
 * scope is missing · away: the server is out of reach. And answers that are no emptiness: missing, refused, later. */
export type NothingKind = 'never' | 'none' | 'filtered' | 'outside' | 'forbidden' | 'away' | 'missing' | 'refused' | 'later'

const ICONS: Readonly<Record<NothingKind, LucideIcon>> = {
  never: Inbox,
  none: CircleSlash,
  filtered: FilterX,
  outside: CalendarX,
  forbidden: Lock,
  away: CloudOff,
  missing: SearchX,
  refused: CircleAlert,
  later: Hourglass,
}

interface NothingProps {
  readonly kind: NothingKind
  /** A sentence where the place is small, a headline where there is room for `children`. */
  readonly title: ReactNode
  readonly children?: ReactNode
}

export function Nothing({ kind, title, children }: NothingProps) {
  const Icon = ICONS[kind]
  return (
    <div className={children ? 'nothing' : 'nothing nothing-line'} data-nothing={kind} role={kind === 'away' ? 'alert' : 'status'}>
      <Icon size={children ? 24 : 14} aria-hidden />
      <p className="nothing-title">{title}</p>
      {children ? <div className="nothing-text">{children}</div> : null}
    </div>
  )
}

/** Filters left nothing: the narrowest of them can be dropped. `children`: what else may be done. */
export function FilteredOut({ title, filter, onDrop, children }: { title: string; filter: string; onDrop: () => void; children?: ReactNode }) {
  return (
    <Nothing kind="filtered" title={title}>
      <button type="button" className="button" onClick={onDrop}>
        Drop the filter {filter}
      </button>{' '}
      {children}
    </Nothing>
  )
}

export function NoPermission({ detail }: { detail: string }) {
  return (
    <Nothing kind="forbidden" title="Your key may not read this">
      {detail} Ask whoever gave you the key for one that carries the scope.
    </Nothing>
  )
}

export function NotFound({ detail }: { detail: string }) {
  return (
    <Nothing kind="missing" title="There is nothing under this name">
      {detail}
    </Nothing>
  )
}
