// What is typed into a box and is in the address, too.

export interface Typed {
  readonly text: string
  /** The address as it was seen last. */
  readonly seen: string
  /** What the box asked the address to become, which takes a moment: it is not to be told as news to who types on. */
  readonly asked: readonly string[]
}

export const typedFrom = (address: string): Typed => ({ text: address, seen: address, asked: [] })

export const typing = (typed: Typed, text: string): Typed => ({ ...typed, text })

/** What the box has to ask for; null where it has, or where it is what the address says. */
export function unasked({ text, seen, asked }: Typed): string | null {
  const wish = text.trim()
  return wish === (asked.at(-1) ?? seen) ? null : wish
}

export const asking = (typed: Typed, wish: string): Typed => ({ ...typed, asked: [...typed.asked, wish] })

/** The address has changed: the box's own doing leaves it as it is, anybody else's is what it shows. */
export function followed(typed: Typed, address: string): Typed {
  const place = typed.asked.indexOf(address)
  return place < 0 ? typedFrom(address) : { ...typed, seen: address, asked: typed.asked.slice(place + 1) }
}
