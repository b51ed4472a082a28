// What is drawn to a scale that grows as time goes on: moved by a transform, so that the page lays nothing out again.
import type { CSSProperties } from 'react'

/** For what stands in a `.scale`: where it begins and how long it is, as shares of the whole. */
export const toScale = (at: number, share = 0): CSSProperties => ({ '--at': at, '--share': share })
