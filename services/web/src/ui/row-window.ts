// Of many rows those in sight: the others are so much empty height above and below.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, type RefObject } from 'react'
import { density, usePreference } from '@/lib/preference'

/** Up to so many are drawn all. */
const MANY = 100
const ROW_PX = { compact: 32, comfortable: 40 } as const
const OVERSCAN = 10
/** Before its height is known. */
const FIRST_RECT = { width: 0, height: 640 }

interface RowWindow {
  /** Whether the rows scroll in a box of their own, and not all are drawn. */
  readonly isMany: boolean
  readonly from: number
  readonly to: number
  readonly abovePx: number
  readonly belowPx: number
  /** Brings a row that is not drawn into sight: it is there after the next drawing. */
  readonly show: (index: number) => void
}

/** `total` is the count with nothing folded: to fold does not take the box away. */
export function useRowWindow(count: number, box: RefObject<HTMLElement | null>, total = count): RowWindow {
  const isMany = total > MANY
  const rowPx = ROW_PX[usePreference(density)]
  // eslint-disable-next-line react-hooks/incompatible-library -- its result is read here only, never memoised
  const virtual = useVirtualizer({ count, enabled: isMany, getScrollElement: () => box.current, estimateSize: () => rowPx, initialRect: FIRST_RECT, overscan: OVERSCAN })
  useEffect(() => {
    virtual.measure()
  }, [virtual, rowPx])
  const show = (index: number): void => {
    virtual.scrollToIndex(index)
  }
  if (!isMany) return { isMany, from: 0, to: count, abovePx: 0, belowPx: 0, show }
  const items = virtual.getVirtualItems()
  const from = items[0]?.index ?? 0
  const to = (items.at(-1)?.index ?? -1) + 1
  return { isMany, from, to, abovePx: from * rowPx, belowPx: (count - to) * rowPx, show }
}
