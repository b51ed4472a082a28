import { useNow } from '@/lib/clock'
import { DASH, readableTime } from '@/lib/format'

export function Time({ at }: { at: string | null | undefined }) {
  return at ? <KnownTime at={at} /> : <span className="faint">{DASH}</span>
}

function KnownTime({ at }: { at: string }) {
  const now = useNow()
  return (
    <time className="num" dateTime={at} title={new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')}>
      {readableTime(at, now)}
    </time>
  )
}
