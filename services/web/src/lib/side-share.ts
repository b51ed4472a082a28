// How much of the width what stands beside a list takes, in percent; kept in this browser.
import { ofBrowser } from '@/lib/browser-storage'

export const LEAST_SIDE = 25
export const MOST_SIDE = 70
export const USUAL_SIDE = 40
const STORED = 'side'

/** A share as it is kept: whole, and leaving room for both. */
export const sideShare = (value: number): number => (Number.isFinite(value) ? Math.round(Math.min(MOST_SIDE, Math.max(LEAST_SIDE, value))) : USUAL_SIDE)

export function storedSide(): number {
  const kept = ofBrowser.read(STORED)
  return kept === null ? USUAL_SIDE : sideShare(Number(kept))
}

export function storeSide(share: number): void {
  ofBrowser.write(STORED, String(share))
}
