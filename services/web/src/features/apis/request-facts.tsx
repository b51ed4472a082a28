import { Link } from '@tanstack/react-router'
import type { ApiInstance, ApiRequestEvent } from '@/features/apis/api'
import { CopyCurl } from '@/features/apis/copy-curl'
import { besideMedian } from '@/features/apis/median-latency'
import { TraceId } from '@/features/traces/trace-link'
import { bytes, DASH, duration } from '@/lib/format'
import { Facts } from '@/ui/facts'
import { Time } from '@/ui/time'

interface RequestFactsProps {
  readonly request: ApiRequestEvent
  /** The one that answered, while it is known. */
  readonly instance: Pick<ApiInstance, 'host' | 'port' | 'hostname'> | undefined
  /** Half of its endpoint's requests of 24 hours took no longer; null while that is not known. */
  readonly medianMs: number | null
}

/** What the log says of a request, with the ways on from there. */
export function RequestFacts({ request, instance, medianMs }: RequestFactsProps) {
  const { api_name: name, method, path } = request
  return (
    <>
      <Facts
        facts={[
          ['API', <Link key="a" to="/apis/$name" params={{ name }}>{name}</Link>],
          ['Consumer', request.consumer ? <Link key="w" to="/apis/$name" params={{ name }} search={{ consumer: request.consumer }} hash="requests">{request.consumer}</Link> : DASH],
          ['Latency', <Latency key="l" ms={request.latency_ms} medianMs={medianMs} />],
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

function Latency({ ms, medianMs }: { ms: number; medianMs: number | null }) {
  const comparison = besideMedian(ms, medianMs)
  return (
    <span className="num">
      {duration(ms)}
      {comparison === null ? null : (
        <span className="faint" title="Of this endpoint's requests in 24 hours">
          {' '}
          · {comparison}
        </span>
      )}
    </span>
  )
}

const addressOf = (instance: RequestFactsProps['instance']): string | null => (instance?.host ? `${instance.host}${instance.port === null ? '' : `:${String(instance.port)}`}` : null)
