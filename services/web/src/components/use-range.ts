// The range of the page, read from its address and changed there.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useSyncExternalStore } from 'react'
import { customSearch, LIVE, rangeOf, readAt, spanSearch, windowOf, type Range, type RangeSearch, type TimeWindow } from '@/lib/range'
import { DAY_MS } from '@/lib/time-units'

export function useRangeSearch(): RangeSearch {
  const { range, after, before } = useSearch({ strict: false })
  return useMemo(() => ({ range, after, before }), [range, after, before])
}

export const useRange = (): Range => rangeOf(useRangeSearch())

/** Null while the page is live. */
export function useWindow(): TimeWindow | null {
  const search = useRangeSearch()
  const at = useSyncExternalStore(readAt.subscribe, readAt.get)
  return useMemo(() => windowOf(search, at), [search, at])
}

interface RangeChanges {
  readonly goLive: () => void
  /** Shows the last hour, and nothing moves. */
  readonly holdStill: () => void
  readonly zoomTo: (after: number, before: number) => void
  /** Shows the day that ends at an instant. */
  readonly lookBefore: (at: number) => void
}

export function useChangeRange(): RangeChanges {
  const navigate = useNavigate()
  const change = (search: RangeSearch): void => {
    void navigate({ to: '.', search: (previous) => ({ ...previous, ...search }) })
  }
  return {
    goLive: () => {
      change(LIVE)
    },
    holdStill: () => {
      readAt.refresh()
      change(spanSearch('1h'))
    },
    zoomTo: (after, before) => {
      change(customSearch(after, before))
    },
    lookBefore: (at) => {
      change(customSearch(at - DAY_MS, at))
    },
  }
}
