import { useNow } from '@/lib/clock'
import { untilText } from '@/lib/format'
import { Instant } from '@/ui/time'

/** When it is due next, counted down. */
export function NextAt({ at, isShort = false }: { at: string; isShort?: boolean }) {
  const now = useNow()
  return (
    <Instant at={at} className="num">
      {untilText(at, now, isShort)}
    </Instant>
  )
}
