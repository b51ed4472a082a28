import { Link } from '@tanstack/react-router'
import type { ApiInstance, ApiRequestEvent } from '@/features/apis/api'
import { CopyCurl } from '@/features/apis/copy-curl'
import { TraceId } from '@/features/traces/trace-link'
import { bytes, DASH, duration } from '@/lib/format'
import { Facts } from '@/ui/facts'
import { Time } from '@/ui/time'

interface RequestFactsProps {
  readonly request: ApiRequestEvent
  /** The one that answered, while it is known. */
  readonly instance: Pick<ApiInstance, 'host' | 'port' | 'hostname'> | undefined
}

/** What the log says of a request, with the ways on from there. */
export function RequestFacts({ request, instance }: RequestFactsProps) {
  const { api_name: name, method, path } = request
  return (
    <>
      <Facts
        facts={[
          ['API', <Link key="a" to="/apis/$name" params={{ name }}>{name}</Link>],
          ['Consumer', request.consumer ? <Link key="w" to="/apis/$name" params={{ name }} search={{ consumer: request.consumer }} hash="requests">{request.consumer}</Link> : DASH],
          ['Latency', duration(request.latency_ms)],
          ['Request', bytes(request.request_bytes)],
          ['Answer', bytes(request.response_bytes)],
          ['Came', <Time key="t" at={request.at} />],
          ['Instance', request.instance_id ? <code key="i">{request.instance_id}</code> : DASH],
          ['Host', instance?.hostname ?? DASH],
          ['Told', request.sampled ? 'as a sample of many like it' : 'by itself'],
          ['Trace', request.trace_id ? <TraceId key="c" id={request.trace_id} /> : DASH],
        ]}
      />
      <p className="request-ways">
        <Link to="/apis/$name" params={{ name }} search={{ method, path }} hash="requests">
          Requests like it
        </Link>
        <CopyCurl request={request} listensAt={addressOf(instance)} />
      </p>
    </>
  )
}

const addressOf = (instance: RequestFactsProps['instance']): string | null => (instance?.host ? `${instance.host}${instance.port === null ? '' : `:${String(instance.port)}`}` : null)
