// A list that moves by itself stands still while somebody is in it.
import { useState, type FocusEvent } from 'react'

interface Held<T> {
  readonly rows: readonly T[]
  /** How many came meanwhile. */
  readonly waiting: number
  readonly release: () => void
  /** For the element that holds the list. */
  readonly holder: {
    readonly onPointerEnter: () => void
    readonly onPointerLeave: () => void
    readonly onFocus: () => void
    readonly onBlur: (event: FocusEvent) => void
  }
}

/** With the pointer or the focus inside, the rows stay which they are; what came meanwhile is counted. */
export function useHeld<T>(rows: readonly T[], keyOf: (row: T) => string, isOn = true): Held<T> {
  const [held, setHeld] = useState<readonly T[] | null>(null)
  const hold = (): void => {
    setHeld((known) => known ?? rows)
  }
  const release = (): void => {
    setHeld(null)
  }
  const shown = isOn && held ? held : rows
  return {
    rows: shown === rows ? rows : inPlace(shown, rows, keyOf),
    waiting: shown === rows ? 0 : newOf(shown, rows, keyOf),
    release,
    holder: {
      onPointerEnter: hold,
      onPointerLeave: release,
      onFocus: hold,
      onBlur: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) release()
      },
    },
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
