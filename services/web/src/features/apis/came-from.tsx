import { Link } from '@tanstack/react-router'
import type { ApiRequestEvent } from '@/features/apis/api'
import { placeText } from '@/features/apis/request-place'
import { duration } from '@/lib/format'
import { HttpStatus } from '@/ui/status'

/** The request a job came from, with the way to it. */
export function CameFrom({ request }: { request: ApiRequestEvent }) {
  return (
    <span>
      came from{' '}
      <Link to="/apis/$name" params={{ name: request.api_name }} search={{ request: placeText(request) }} hash="requests" title={`A request of ${request.api_name}`}>
        <code>
          {request.method} {request.path}
        </code>
      </Link>{' '}
      · <HttpStatus status={request.status} /> · {duration(request.latency_ms)}
    </span>
  )
}
