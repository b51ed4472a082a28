import { useState } from 'react'

interface Cursor {
  /** The key of the row one is at. */
  readonly at: string
  readonly move: (key: string) => void
  readonly choose: (key: string) => void
  readonly settle: () => void
}

/** The row of a tree one is at, `home` unless the address says another: moved at once; the address follows when the key is let go. */
export function useCursor(spelled: string | undefined, home: string, onSpelled: (spelled: string | undefined) => void): Cursor {
  const [held, setHeld] = useState<{ readonly over: string | undefined; readonly key: string } | null>(null)
  // The address has changed: what it says counts again.
  if (held && held.over !== spelled) setHeld(null)
  const move = (key: string): void => {
    setHeld({ over: spelled, key })
  }
  const spell = (key: string): void => {
    const next = key === home ? undefined : key
    if (next !== spelled) onSpelled(next)
  }
  return {
    at: held?.key ?? spelled ?? home,
    move,
    choose: (key) => {
      move(key)
      spell(key)
    },
    settle: () => {
      if (held) spell(held.key)
    },
  }
}
