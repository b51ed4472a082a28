import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Gauge } from 'lucide-react'
import { memo } from 'react'
import { feedQuery } from '@/features/dashboard/api'
import type { FeedLine } from '@/features/dashboard/feed'
import { clockTime, count } from '@/lib/format'
import { useHeld } from '@/ui/held'
import { Nothing } from '@/ui/nothing'
import { Panel } from '@/ui/panel'
import { HttpStatus, Status, statusWord } from '@/ui/status'
import { Instant } from '@/ui/time'

const keyOf = (line: FeedLine): string => line.id

export function LiveFeed({ when, className }: { when?: 'now' | undefined; className?: string }) {
  const { data: feed, isFetching } = useQuery(feedQuery())
  const { rows, waiting, holder } = useHeld(feed, keyOf)
  return (
    <Panel title="Live feed" when={when} aside={waiting > 0 ? <span className="num">{count(waiting)} new ↑</span> : 'newest first'} className={className}>
      {rows.length === 0 ? (
        <div className="feed">
          {isFetching ? null : <Nothing kind="none" title="Nothing is known to have happened. New events appear here." />}
        </div>
      ) : (
        <ol className="feed" aria-label="Live feed" tabIndex={0} {...holder}>
          {rows.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

const Line = memo(function Line({ line }: { line: FeedLine }) {
  return (
    <li className="fresh">
      <Instant at={line.at} className="num faint">
        {clockTime(line.at)}
      </Instant>
      {line.count > 1 ? <span className="num feed-count">×{count(line.count)}</span> : <Kind line={line} />}
      <Subject line={line} />
      {line.count > 1 ? (
        <Counts counts={line.counts} />
      ) : (
        <span className="feed-detail num" title={line.detail ?? undefined}>
          {line.detail}
        </span>
      )}
    </li>
  )
})

function Kind({ line }: { line: FeedLine }) {
  if (line.status !== null) return <HttpStatus status={line.status} />
  if (line.kind !== 'progress') return <Status status={line.kind} />
  return (
    <span className="status">
      <Gauge size={14} aria-hidden />
      Progress
    </span>
  )
}

/** “141 complete · 2 failed”: the most frequent first. */
function Counts({ counts }: { counts: FeedLine['counts'] }) {
  return (
    <span className="feed-detail num">
      {Object.entries(counts)
        .toSorted(([, a], [, b]) => b - a)
        .map(([kind, number], index) => (
          <span key={kind}>
            {index > 0 ? ' · ' : ''}
            <span className={/^\dxx$/.test(kind) ? `http-${kind}` : `status-${kind}`}>
              {count(number)} {/^\dxx$/.test(kind) ? kind : statusWord(kind).toLowerCase()}
            </span>
          </span>
        ))}
    </span>
  )
}

function Subject({ line: { link, subject, count: events } }: { line: FeedLine }) {
  if (!('jobId' in link))
    return (
      <Link className="feed-subject" to="/apis/$name" params={{ name: link.apiName }}>
        {link.apiName} · {subject}
      </Link>
    )
  if (events > 1)
    return (
      <Link className="feed-subject" to="/functions/$name" params={{ name: link.functionKey }}>
        {subject}
      </Link>
    )
  return (
    <Link className="feed-subject" to="/jobs/$jobId" params={{ jobId: link.jobId }} title={link.jobId}>
      {subject}
    </Link>
  )
}
