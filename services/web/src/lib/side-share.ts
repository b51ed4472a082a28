// How much of the width what stands beside a list takes, in percent; kept in this browser.
export const LEAST_SIDE = 25
export const MOST_SIDE = 70
export const USUAL_SIDE = 40
const STORAGE_KEY = 'millstream.side'

/** A share as it is kept: whole, and leaving room for both. */
export const sideShare = (value: number): number => (Number.isFinite(value) ? Math.round(Math.min(MOST_SIDE, Math.max(LEAST_SIDE, value))) : USUAL_SIDE)

export function storedSide(): number {
  try {
    const stored = localStorage.getItem(STORAGE_KEY)
    return stored === null ? USUAL_SIDE : sideShare(Number(stored))
  } catch {
    return USUAL_SIDE
  }
}

export function storeSide(share: number): void {
  try {
    localStorage.setItem(STORAGE_KEY, String(share))
  } catch {
    // Storage may be forbidden: the share then lasts as long as the page.
  }
}
