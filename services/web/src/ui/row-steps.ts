// Going through the rows of a table by keys, beside a panel that shows one of them.
import { useEffect, useRef, type KeyboardEvent, type MouseEvent, type RefObject } from 'react'
import type { Action } from '@/ui/actions'

/** What a row has its key in: `data-job`, `data-request`, `data-worker`, `data-function`. */
export type Mark = 'job' | 'request' | 'worker' | 'function'

/** A click there is the control's own, not the row's. */
export const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('a, button, input') !== null

/** For a row that a click or Enter shows beside the table. */
export const pickedBy = (open: () => void) => {
  const pick = ({ target }: MouseEvent | KeyboardEvent): void => {
    if (!isControl(target)) open()
  }
  return {
    onClick: pick,
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.key === 'Enter') pick(event)
    },
  }
}

export const rowsOf = (box: HTMLElement | null, mark: Mark): HTMLElement[] => [...(box?.querySelectorAll<HTMLElement>(`tr[data-${mark}]`) ?? [])]

interface RowSteps {
  /** The place of the row that has the focus, or is shown beside; -1 without one. */
  readonly current: () => number
  readonly currentKey: () => string | undefined
  readonly go: (index: number) => void
  readonly next: () => void
  readonly previous: () => void
}

/** Of a table that draws the rows in sight: the keys of all of them, and how one comes into sight. */
interface AllRows {
  readonly keys: readonly string[]
  readonly show: (index: number) => void
}

/** `opened` is the row shown beside, if one is: the panel follows the focus then. */
export function useRowSteps(box: RefObject<HTMLElement | null>, mark: Mark, opened: string | null | undefined, onOpen: (key: string) => void, all?: AllRows): RowSteps {
  const rows = (): HTMLElement[] => rowsOf(box.current, mark)
  const keys = (): readonly (string | undefined)[] => all?.keys ?? rows().map((row) => row.dataset[mark])
  const focused = (): string | undefined => rows().find((row) => row.contains(document.activeElement))?.dataset[mark]
  const wanted = useWanted(box, mark)
  const current = (): number => {
    const key = focused() ?? opened ?? (all && wanted.last())
    return key === undefined ? -1 : keys().indexOf(key)
  }
  const go = (index: number): void => {
    const key = keys()[index]
    if (key === undefined) return
    if (!wanted.focus(key)) all?.show(index)
    if (typeof opened === 'string') onOpen(key)
  }
  return {
    current,
    currentKey: () => keys()[current()],
    go,
    next: () => {
      go(Math.min(current() + 1, keys().length - 1))
    },
    previous: () => {
      go(Math.max(current() - 1, 0))
    },
  }
}

export const GROUPS: Readonly<Record<Mark, string>> = { job: 'Jobs', request: 'Requests', worker: 'Workers', function: 'Functions' }

export const stepActions = (mark: Mark, { next, previous }: Pick<RowSteps, 'next' | 'previous'>): Action[] => [
  { id: `${mark}s-next`, label: `The next ${mark}`, group: GROUPS[mark], keys: 'j', run: next },
  { id: `${mark}s-previous`, label: `The ${mark} before`, group: GROUPS[mark], keys: 'k', run: previous },
]

/** None while nothing is shown beside. */
export const closeActions = (mark: Mark, opened: string | null | undefined, close: () => void): Action[] =>
  typeof opened === 'string' ? [{ id: `${mark}s-close`, label: 'Close the panel', group: GROUPS[mark], keys: 'Escape', run: close }] : []

/** The row stepped to last. One that is not drawn yet has the focus as soon as it is. */
function useWanted(box: RefObject<HTMLElement | null>, mark: Mark) {
  const last = useRef<string>(undefined)
  const isAwaited = useRef(false)
  /** Whether it is there to have the focus. */
  const focus = (key: string): boolean => {
    const row = rowsOf(box.current, mark).find(({ dataset }) => dataset[mark] === key)
    last.current = key
    isAwaited.current = row === undefined
    row?.focus()
    return row !== undefined
  }
  useEffect(() => {
    if (isAwaited.current && last.current !== undefined) focus(last.current)
  })
  return { last: () => last.current, focus }
}
