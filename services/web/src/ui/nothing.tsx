// The kinds of nothing, told apart: an empty page says why it is empty and what would change that.
import { CalendarX, CloudOff, FilterX, Hourglass, Inbox, Lock, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'

interface NothingProps {
  readonly icon: ReactNode
  readonly title: string
  readonly children?: ReactNode
  readonly kind: string
}

function Nothing({ icon, title, children, kind }: NothingProps) {
  return (
    <div className="nothing" data-nothing={kind} role={kind === 'away' ? 'alert' : 'status'}>
      {icon}
      <p className="nothing-title">{title}</p>
      {children ? <div className="nothing-text">{children}</div> : null}
    </div>
  )
}

export function NeverHadData({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Nothing kind="never" icon={<Inbox aria-hidden />} title={title}>
      {children}
    </Nothing>
  )
}

export function FilteredOut({ title, filter, onDrop }: { title: string; filter: string; onDrop: () => void }) {
  return (
    <Nothing kind="filtered" icon={<FilterX aria-hidden />} title={title}>
      <button type="button" className="button" onClick={onDrop}>
        Drop the filter {filter}
      </button>
    </Nothing>
  )
}

export function OutsideRange({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Nothing kind="outside" icon={<CalendarX aria-hidden />} title={title}>
      {children}
    </Nothing>
  )
}

export function NoPermission({ detail }: { detail: string }) {
  return (
    <Nothing kind="forbidden" icon={<Lock aria-hidden />} title="Your key may not read this">
      {detail} Ask whoever gave you the key for one that carries the scope.
    </Nothing>
  )
}

export function NotFound({ detail }: { detail: string }) {
  return (
    <Nothing kind="missing" icon={<SearchX aria-hidden />} title="There is nothing under this name">
      {detail}
    </Nothing>
  )
}

export function NotAvailableYet({ detail }: { detail: string }) {
  return (
    <Nothing kind="unavailable" icon={<Hourglass aria-hidden />} title="Not available yet">
      {detail}
    </Nothing>
  )
}

export function BackendDown({ detail, onRetry }: { detail: string; onRetry: () => void }) {
  return (
    <Nothing kind="away" icon={<CloudOff aria-hidden />} title="The server is out of reach">
      <p>{detail} This page asks again every few seconds.</p>
      <button type="button" className="button" onClick={onRetry}>
        Try now
      </button>
    </Nothing>
  )
}

/** The lines that would fill an empty page, with this server's address. */
export function FirstLines({ code }: { code: string }) {
  return (
    <pre className="code">
      <code>{code}</code>
    </pre>
  )
}
