// What is typed into a box and is in the address, too.

export interface Typed {
  readonly text: string
  /** The address as it was seen last. */
  readonly seen: string
  /** What the box asked the address to become, which takes a moment: it is not to be told as news to who types on. */
  readonly asked: readonly string[]
}

export const typedFrom = (address: string): Typed => ({ text: address, seen: address, asked: [] })

export const typing = (typed: Typed, text: string): Typed => ({ ...typed, text, asked: [...typed.asked, text.trim()] })

/** The address has changed: the box's own doing leaves it as it is, anybody else's is what it shows. */
export function followed(typed: Typed, address: string): Typed {
  const place = typed.asked.indexOf(address)
  return place < 0 ? typedFrom(address) : { ...typed, seen: address, asked: typed.asked.slice(place + 1) }
}
