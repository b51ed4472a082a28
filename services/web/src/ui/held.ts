// A list that moves by itself stands still while somebody is in it.
import { useState, type FocusEvent, type PointerEvent } from 'react'

/** A tap ends before its click is placed: until then the row under the finger stays there. */
const TAP_MS = 400

/** For the element that holds the list. */
interface Holder {
  readonly onPointerEnter: () => void
  readonly onPointerLeave: (event: PointerEvent) => void
  readonly onFocus: (event: FocusEvent) => void
  readonly onBlur: (event: FocusEvent) => void
}

/** Whether somebody is in it: with the pointer, with a finger that is down, or with the keys' focus. */
export function useWithin(): { readonly isWithin: boolean; readonly holder: Holder } {
  const [isPointedAt, setPointedAt] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const leave = (): void => {
    setPointedAt(false)
  }
  return {
    isWithin: isPointedAt || isFocused,
    holder: {
      onPointerEnter: () => {
        setPointedAt(true)
      },
      onPointerLeave: ({ pointerType }) => {
        if (pointerType === 'mouse') leave()
        else setTimeout(leave, TAP_MS)
      },
      // What a click leaves the focus on is not where somebody is: the pointer says that.
      onFocus: ({ target }) => {
        if (target.matches(':focus-visible')) setFocused(true)
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(false)
      },
    },
  }
}

interface Held<T> {
  readonly rows: readonly T[]
  /** How many came meanwhile. */
  readonly waiting: number
  /** Lets in what came; the rows are held as they are then. */
  readonly release: () => void
  readonly holder: Holder
}

/** With somebody inside, the rows stay which they are, each as it is now; what came meanwhile is counted. */
export function useHeld<T>(rows: readonly T[], keyOf: (row: T) => string): Held<T> {
  const { isWithin, holder } = useWithin()
  const [held, setHeld] = useState<readonly T[] | null>(null)
  if (isWithin && held === null) setHeld(rows)
  if (!isWithin && held !== null) setHeld(null)
  return {
    rows: held ? inPlace(held, rows, keyOf) : rows,
    waiting: held ? newOf(held, rows, keyOf) : 0,
    release: () => {
      setHeld(null)
    },
    holder,
  }
}

/** The rows that were held, each as it is now. */
export function inPlace<T>(held: readonly T[], rows: readonly T[], keyOf: (row: T) => string): readonly T[] {
  const now = new Map(rows.map((row) => [keyOf(row), row]))
  return held.map((row) => now.get(keyOf(row)) ?? row)
}

export function newOf<T>(held: readonly T[], rows: readonly T[], keyOf: (row: T) => string): number {
  const known = new Set(held.map(keyOf))
  return rows.filter((row) => !known.has(keyOf(row))).length
}
