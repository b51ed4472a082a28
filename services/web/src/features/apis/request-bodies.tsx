import { useQuery } from '@tanstack/react-query'
import { captureQuery } from '@/features/apis/api'
import { bodyText, leftOutText } from '@/features/apis/captures'
import type { RequestPlace } from '@/features/apis/request-place'
import type { CapturedBody } from '@/generated/rest'
import { bytes } from '@/lib/format'
import { JsonView } from '@/ui/json-view'
import { Nothing } from '@/ui/nothing'
import { QueryView } from '@/ui/query-view'

/** What a request and its answer said, without what was masked. */
export function RequestBodies({ place }: { place: RequestPlace }) {
  const capture = useQuery(captureQuery(place))
  return (
    <QueryView query={capture} reserve={64}>
      {({ captured, request, response }) =>
        captured ? (
          <div className="panel-body">
            <Body label="Body of the request" body={request} />
            <Body label="Body of the answer" body={response} />
          </div>
        ) : (
          <Nothing kind="none" title="They were not captured.">
            With <code>capture="errors"</code> the middleware of an API tells the bodies of requests that failed, masked.
          </Nothing>
        )
      }
    </QueryView>
  )
}

function Body({ label, body }: { label: string; body: CapturedBody | null }) {
  return (
    <section className="request-body" aria-label={label}>
      <h4>
        {label} <span className="faint">{body ? `${body.content_type || 'no type'} · ${bytes(body.bytes)}` : 'empty'}</span>
      </h4>
      {body ? <Text label={label} body={body} /> : null}
    </section>
  )
}

function Text({ label, body }: { label: string; body: CapturedBody }) {
  const { masked = [] } = body
  const why = leftOutText(body)
  if (why !== null) return <p className="faint">{why}</p>
  return (
    <>
      <JsonView value={bodyText(body)} label={label} />
      {masked.length > 0 ? (
        <ul className="request-masked" aria-label="Masked by rule">
          {masked.map((place) => (
            <li key={place} className="chip" title="Masked by rule, before it left the API's process">
              masked <code>{place}</code>
            </li>
          ))}
        </ul>
      ) : null}
      {body.is_cut ? <p className="faint">Cut: only its beginning is kept.</p> : null}
    </>
  )
}
