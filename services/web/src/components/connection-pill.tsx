import { useConnection } from '@/components/providers/event-stream-provider'
import { useNow } from '@/lib/clock'
import { clockTime, untilNextTry } from '@/lib/format'
import type { ConnectionStatus } from '@/lib/stream/connection'
import { Beat } from '@/ui/beat'
import { AskWhy } from '@/ui/query-view'
import { Instant } from '@/ui/time'

const WORDS = {
  idle: 'Idle',
  connecting: 'Connecting',
  live: 'Live',
  'catching-up': 'Catching up',
  paused: 'Paused',
  'signed-out': 'Signed out',
  refused: 'No stream access',
} as const

const seconds = (ms: number): string => `${String(Math.max(0, Math.round(ms / 1000)))} s`

function wordFor(status: ConnectionStatus, age: number | null): string {
  if (status.phase === 'live' && status.sourceAway && !status.isPolling) return 'Source away'
  // Two heartbeats missed: the line may be dead without having said so.
  if (status.phase === 'live' && age !== null && age > 2.5 * status.heartbeatMs) return 'No news'
  return status.isPolling ? 'Polling' : WORDS[status.phase]
}

/** How old what is shown may be; of a stream that is lost, when the next try is. */
function beside({ phase, lostAt, retryAt }: ConnectionStatus, age: number | null, now: number): string {
  if (lostAt !== null && retryAt !== null && now < retryAt) return `· in ${seconds(Math.ceil((retryAt - now) / 1000) * 1000)}`
  return age === null || phase === 'signed-out' ? '' : `· ${seconds(age)}`
}

/** How fresh the page is, always in sight; a click pauses and resumes, by position. */
export function ConnectionPill() {
  const { connection, status } = useConnection()
  const now = useNow()
  const heardAt = connection.getHeardAt()
  const age = heardAt === null ? null : now - heardAt
  const word = wordFor(status, age)
  const isPaused = status.phase === 'paused'
  const toggle = (): void => {
    if (isPaused || status.phase === 'refused') connection.resume()
    else if (status.phase !== 'signed-out') connection.pause()
  }
  return (
    <button
      type="button"
      className="pill"
      data-phase={word === 'Live' || status.phase !== 'live' ? status.phase : 'delayed'}
      onClick={toggle}
      title={isPaused ? 'Resume: what was missed is caught up' : 'Pause live updates'}
    >
      <span className="pill-dot" aria-hidden />
      <span>{word}</span>
      <span className="pill-age num">{beside(status, age, now)}</span>
    </button>
  )
}

/** What comes back at once was not lost. */
const LOST_AFTER_MS = 2000

const isLost = (lostAt: number | null, now: number): lostAt is number => lostAt !== null && now - lostAt >= LOST_AFTER_MS

/** Whether what only the stream brings stands still. */
export function useIsLost(): boolean {
  const { status } = useConnection()
  return isLost(status.lostAt, useNow())
}

/** Said only while the stream is lost: since when, what is shown, when the next try is. */
export function LostNote() {
  const { connection, status } = useConnection()
  return <LostText status={status} heardAt={connection.getHeardAt()} now={useNow()} />
}

interface LostTextProps {
  readonly status: Pick<ConnectionStatus, 'lostAt' | 'retryAt' | 'refusedStreams' | 'sourceAway'>
  readonly heardAt: number | null
  readonly now: number
}

/** A stream that is lost moves nothing at all: that is said before what one key may not see. */
export function LostText({ status: { lostAt, retryAt, refusedStreams, sourceAway }, heardAt, now }: LostTextProps) {
  if (isLost(lostAt, now))
    return (
      <p className="lost-note" role="status">
        Stream lost <Beat>{seconds(now - lostAt)}</Beat> ago.{' '}
        {heardAt === null ? (
          'Nothing has come yet; '
        ) : (
          <>
            Showing data from <Instant at={heardAt}>{clockTime(heardAt)}</Instant>;{' '}
          </>
        )}
        <Beat>{untilNextTry(retryAt, now)}</Beat>. <AskWhy />
      </p>
    )
  if (sourceAway)
    return (
      <p className="lost-note" role="status">
        The log (Kafka) is away: pages can be read, nothing new is told until it is back. <AskWhy />
      </p>
    )
  if (refusedStreams.length === 0) return null
  return (
    <p className="lost-note" role="status">
      Your key may not read the live {refusedStreams.join(', ')} stream; those parts of the page do not move by themselves.
    </p>
  )
}
