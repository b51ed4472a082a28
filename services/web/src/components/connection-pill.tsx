import { useConnection } from '@/components/providers/event-stream-provider'
import { useNow } from '@/lib/clock'
import { clockTime } from '@/lib/format'
import type { ConnectionStatus } from '@/lib/stream/connection'

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
      <span className="pill-age num">{age === null || status.phase === 'signed-out' ? '' : `· ${seconds(age)}`}</span>
    </button>
  )
}

/** Said only while the stream is lost: since when, what is shown, when the next try is. */
export function LostNote() {
  const { connection, status } = useConnection()
  const now = useNow()
  if (status.refusedStreams.length > 0)
    return (
      <p className="lost-note" role="status">
        Your key may not read the live {status.refusedStreams.join(', ')} stream; those parts of the page do not move by themselves.
      </p>
    )
  if (status.lostAt === null || now - status.lostAt < 2000) return null
  const heardAt = connection.getHeardAt()
  const next = status.retryAt === null ? 'trying now' : `trying again in ${seconds(status.retryAt - now)}`
  return (
    <p className="lost-note" role="status">
      Stream lost {seconds(now - status.lostAt)} ago. {heardAt === null ? '' : `Showing data from ${clockTime(new Date(heardAt).toISOString())}; `}
      {next}.
    </p>
  )
}
