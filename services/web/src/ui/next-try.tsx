// What is out of reach is asked again by itself, and the reader is told when.
import { useEffect } from 'react'
import { useNow } from '@/lib/clock'
import { untilNextTry } from '@/lib/format'
import { Beat } from '@/ui/beat'

/** Counts down; null while it is being tried. */
export const NextTry = ({ at }: { at: number | null }) => <Beat>{untilNextTry(at, useNow())}</Beat>

export const AGAIN_AFTER_MS = 3000

interface Tried {
  readonly isFetching: boolean
  readonly errorUpdatedAt: number
  readonly refetch: () => Promise<unknown>
}

/** Asks again a while after each failure, for as long as it is out of reach; when that is, or null while it is asked or is not away. */
export function useTriedAgain({ isFetching, errorUpdatedAt, refetch }: Tried, isAway: boolean): number | null {
  const at = isAway && !isFetching ? errorUpdatedAt + AGAIN_AFTER_MS : null
  useEffect(() => {
    if (at === null) return
    const timer = setTimeout(() => void refetch(), at - Date.now())
    return () => {
      clearTimeout(timer)
    }
  }, [at, refetch])
  return at
}
