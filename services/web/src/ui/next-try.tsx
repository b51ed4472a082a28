// What is out of reach is asked again by itself, and the reader is told when.
import { useEffect } from 'react'
import { useNow } from '@/lib/clock'
import { untilNextTry } from '@/lib/format'

/** Counts down; null while it is being tried. Its beat is for the eyes: it is not read aloud each second. */
export function NextTry({ at }: { at: number | null }) {
  const now = useNow()
  return (
    <span className="num" aria-live="off">
      {untilNextTry(at, now)}
    </span>
  )
}

const AGAIN_AFTER_MS = 5000

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
