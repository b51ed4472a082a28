// One function has one hue: what runs in a row of slots is seen at a glance. Its name is said beside it.
import { createContext, useContext } from 'react'

export const HUES = 7

/** Fowler, Noll and Vo's hash of a key, as a number of a hue. */
function wishOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  // The low bits of short keys are alike: the high ones are mixed in.
  return ((hash ^ (hash >>> 15)) >>> 0) % HUES
}

export type Hues = ReadonlyMap<string, number>

/** Each function that of its name, the next free one where another has it; of more than there are hues some share one. */
export function huesOf(keys: readonly string[]): Hues {
  const found = new Map<string, number>()
  const used = new Array<number>(HUES).fill(0)
  for (const key of [...new Set(keys)].sort()) {
    const least = Math.min(...used)
    let hue = wishOf(key)
    while (used[hue] !== least) hue = (hue + 1) % HUES
    used[hue] = least + 1
    found.set(key, hue)
  }
  return found
}

export const HuesContext = createContext<Hues>(new Map())

/** As a style sheet takes it; of a function nobody offers, the one of its name. */
export function useHue(): (key: string) => string {
  const hues = useContext(HuesContext)
  return (key) => `var(--fn-${String(hues.get(key) ?? wishOf(key))})`
}
