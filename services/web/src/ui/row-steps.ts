// Going through the rows of a table by keys, beside a panel that shows one of them.
import type { RefObject } from 'react'

/** What a row has its key in: `data-job`, `data-request`. */
type Mark = 'job' | 'request'

/** A click there is the control's own, not the row's. */
export const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('a, button, input') !== null

export const rowsOf = (box: HTMLElement | null, mark: Mark): HTMLElement[] => [...(box?.querySelectorAll<HTMLElement>(`tr[data-${mark}]`) ?? [])]

interface RowSteps {
  /** The place of the row that has the focus, or is shown beside; -1 without one. */
  readonly current: () => number
  readonly currentKey: () => string | undefined
  readonly go: (index: number) => void
  readonly next: () => void
  readonly previous: () => void
}

/** `opened` is the row shown beside, if one is: the panel follows the focus then. */
export function useRowSteps(box: RefObject<HTMLElement | null>, mark: Mark, opened: string | null | undefined, onOpen: (key: string) => void): RowSteps {
  const rows = (): HTMLElement[] => rowsOf(box.current, mark)
  const current = (): number => rows().findIndex((row) => row.contains(document.activeElement) || row.dataset[mark] === opened)
  const go = (index: number): void => {
    const row = rows()[index]
    row?.focus()
    const key = row?.dataset[mark]
    if (typeof opened === 'string' && key) onOpen(key)
  }
  return {
    current,
    currentKey: () => rows()[current()]?.dataset[mark],
    go,
    next: () => {
      go(Math.min(current() + 1, rows().length - 1))
    },
    previous: () => {
      go(Math.max(current() - 1, 0))
    },
  }
}
