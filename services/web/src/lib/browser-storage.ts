// What the reader chose, kept in this browser. Storage may be forbidden: a choice then lasts as long as the page.
const keyOf = (name: string): string => `millstream.${name}`

export function stored(name: string): string | null {
  try {
    return localStorage.getItem(keyOf(name))
  } catch {
    return null
  }
}

/** Null forgets it. */
export function store(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(keyOf(name))
    else localStorage.setItem(keyOf(name), value)
  } catch {
    // Forbidden, or full.
  }
}
