// What is kept in this browser, or in this tab of it. Storage may be forbidden: what is kept then lasts as long as the page.
const keyOf = (name: string): string => `millstream.${name}`

class Kept {
  /** To ask for a storage that is forbidden throws. */
  constructor(private readonly storage: () => Storage) {}

  read(name: string): string | null {
    try {
      return this.storage().getItem(keyOf(name))
    } catch {
      return null
    }
  }

  /** Null forgets it. */
  write(name: string, value: string | null): void {
    try {
      if (value === null) this.storage().removeItem(keyOf(name))
      else this.storage().setItem(keyOf(name), value)
    } catch {
      // Forbidden, or full.
    }
  }
}

/** For what the reader chose. */
export const ofBrowser = new Kept(() => localStorage)
/** For what is of this tab, and outlives no more than its reload. */
export const ofTab = new Kept(() => sessionStorage)
