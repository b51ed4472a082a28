// Which of a few hues a function's slots have: the same in all instances of a group.
import type { CSSProperties } from 'react'

const HUES = 8

/** By its place among all that are offered. */
export const hueOf = (functions: readonly string[], key: string): number => Math.max(0, functions.toSorted().indexOf(key)) % HUES

export const hueStyle = (functions: readonly string[], key: string): CSSProperties => ({ '--slot': `var(--slot-${String(hueOf(functions, key))})` })
