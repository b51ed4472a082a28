import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Gauge } from 'lucide-react'
import { memo } from 'react'
import { feedQuery, type FeedItem } from '@/features/dashboard/api'
import { clockTime } from '@/lib/format'
import { HttpStatus, Status } from '@/ui/status'

const STATUS_OF: Record<string, string> = {
  'job.queued': 'queued',
  'job.started': 'active',
  'job.completed': 'complete',
  'job.failed': 'failed',
  'job.retrying': 'retrying',
  'job.cancelled': 'cancelled',
}

export function LiveFeed() {
  const { data: feed } = useQuery(feedQuery())
  if (feed.length === 0) return <p className="nothing-inline feed">Nothing has happened since this page was opened. New events appear here.</p>
  return (
    <ol className="feed" aria-label="Live feed" tabIndex={0}>
      {feed.map((item) => (
        <Item key={item.id} item={item} />
      ))}
    </ol>
  )
}

const Item = memo(function Item({ item }: { item: FeedItem }) {
  return (
    <li className="fresh">
      <time className="num faint" dateTime={item.at}>
        {clockTime(item.at)}
      </time>
      <Kind item={item} />
      <Subject item={item} />
      <span className="feed-detail num" title={item.detail ?? undefined}>
        {item.detail}
      </span>
    </li>
  )
})

function Kind({ item }: { item: FeedItem }) {
  if (item.status !== null) return <HttpStatus status={item.status} />
  const status = STATUS_OF[item.type]
  if (status) return <Status status={status} />
  return (
    <span className="status">
      <Gauge size={14} aria-hidden />
      Progress
    </span>
  )
}

function Subject({ item }: { item: FeedItem }) {
  if ('jobId' in item.link)
    return (
      <Link className="feed-subject" to="/jobs/$jobId" params={{ jobId: item.link.jobId }} title={item.link.jobId}>
        {item.subject}
      </Link>
    )
  return (
    <Link className="feed-subject" to="/apis/$name" params={{ name: item.link.apiName }}>
      {item.link.apiName} · {item.subject}
    </Link>
  )
}
