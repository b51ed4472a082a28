// A link of a row of which many come and go each second: the router's own listens to every change of address and works out
// its own again, which costs more than the rest of the row.
import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'

/** What every address of the dashboard keeps of the one that is open: the range. */
export const useKeptSearch = (): string => useRouter().buildLocation({ to: '/jobs/$jobId', params: { jobId: '-' } }).searchStr

/** A click that asks for a tab of its own. */
export const isForNewTab = ({ button, metaKey, ctrlKey }: Pick<MouseEvent, 'button' | 'metaKey' | 'ctrlKey'>): boolean => button === 1 || (button === 0 && (metaKey || ctrlKey))

/** Opened elsewhere, by a button or a key, it is the browser's. */
export const isForBrowser = ({ button, metaKey, ctrlKey, shiftKey, altKey, defaultPrevented }: MouseEvent): boolean =>
  button !== 0 || metaKey || ctrlKey || shiftKey || altKey || defaultPrevented

export function PlainLink({ href, title, children }: { readonly href: string; readonly title?: string; readonly children: ReactNode }) {
  const router = useRouter()
  return (
    <a
      href={href}
      title={title}
      onClick={(event) => {
        if (isForBrowser(event)) return
        event.preventDefault()
        void router.navigate({ href })
      }}
    >
      {children}
    </a>
  )
}
