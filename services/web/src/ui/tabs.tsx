// Tabs that are links, so that each has an address; arrows move between them.
import { Link, type LinkProps } from '@tanstack/react-router'
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'

interface TabLink {
  readonly key: string
  readonly door: LinkProps
  readonly children: ReactNode
}

export function Tabs({ label, className, current, tabs }: { label: string; className?: string; current: string; tabs: readonly TabLink[] }) {
  const list = useRef<HTMLDivElement>(null)
  // On a phone the tabs are wider than their place: the chosen one is in sight.
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>('[aria-selected=true]')
    if (list.current && tab) list.current.scrollLeft = tab.offsetLeft - list.current.offsetLeft - (list.current.clientWidth - tab.offsetWidth) / 2
  }, [current])
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])]
    const next = all[(all.findIndex((tab) => tab === document.activeElement) + by + all.length) % all.length]
    next?.focus()
    next?.click()
  }
  return (
    <div ref={list} className={className === undefined ? 'tabs' : `tabs ${className}`} role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ key, door, children }) => (
        <Link key={key} {...door} replace resetScroll={false} role="tab" tabIndex={key === current ? 0 : -1} aria-selected={key === current}>
          {children}
        </Link>
      ))}
    </div>
  )
}
