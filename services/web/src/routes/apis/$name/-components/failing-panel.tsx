import './failing-panel.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, type ReactNode } from 'react'
import { failingEndpoint, failingQuery, isFailing, openedBy, type FailingException, type FailingField } from '@/features/apis/failing'
import { endpointText, requestsOf } from '@/features/apis/request-filter'
import { count } from '@/lib/format'
import { SPANS, spanSearch, type TimeWindow } from '@/lib/range'
import { Panel } from '@/ui/panel'
import { Loading, QueryView } from '@/ui/query-view'
import { Time } from '@/ui/time'

// A traceback is shown when somebody opens it.
const loadTraceback = () => import('./failing-traceback')
const FailingTraceback = lazy(async () => ({ default: (await loadTraceback()).FailingTraceback }))
// With this page's code, so that it is there when the server is away or has been replaced.
void loadTraceback().catch(() => undefined)

const DAY = spanSearch('24h')

interface FailingPanelProps {
  readonly name: string
  readonly shown: TimeWindow | null
  /** The exception whose traceback is open. */
  readonly opened: string | undefined
  readonly onOpen: (one: string | undefined) => void
}

/** What requests fail with; nothing where none did, or nobody told. */
export function FailingPanel({ name, shown, opened, onOpen }: FailingPanelProps) {
  const failing = useQuery(failingQuery(name, { shown, liveMs: SPANS['24h'] }))
  if (!failing.data || !isFailing(failing.data.data)) return null
  return (
    <div id="failing">
      <Panel title="What fails" aside={shown ? 'in the hours of this range' : 'in 24 hours'}>
        <QueryView query={failing}>
          {({ data: { exceptions, fields } }) => (
            <>
              {exceptions.length > 0 ? <Exceptions name={name} shown={shown} exceptions={exceptions} opened={opened} onOpen={onOpen} /> : null}
              {fields.length > 0 ? <Fields fields={fields} shown={shown} /> : null}
            </>
          )}
        </QueryView>
      </Panel>
    </div>
  )
}

interface ExceptionsProps extends FailingPanelProps {
  readonly exceptions: readonly FailingException[]
}

function Exceptions({ exceptions, ...more }: ExceptionsProps) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Exceptions">
        <Head first="Exception" columns={['Endpoint']} />
        <tbody>
          {exceptions.map((one) => (
            <ExceptionRows key={`${one.fingerprint ?? ''} ${one.method} ${one.path ?? ''}`} one={one} {...more} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ExceptionRows({ one, name, shown, opened, onOpen }: Omit<ExceptionsProps, 'exceptions'> & { one: FailingException }) {
  const key = openedBy(one)
  const isOpen = key !== null && key === opened
  return (
    <>
      <tr>
        <td className="cell-wide" title={one.message ?? undefined}>
          <Exception
            one={one}
            isOpen={isOpen}
            onOpen={
              key === null
                ? null
                : () => {
                    onOpen(isOpen ? undefined : key)
                  }
            }
          />
          <p className="failing-beside">
            <To one={one} shown={shown} status="5xx" />
          </p>
        </td>
        <td className="hide-phone">
          <To one={one} shown={shown} status="5xx" />
        </td>
        <Seen one={one} />
      </tr>
      {isOpen && one.fingerprint !== null ? (
        <tr>
          <td colSpan={4} className="failing-traceback">
            <Suspense fallback={<Loading reserve={160} />}>
              <FailingTraceback name={name} fingerprint={one.fingerprint} shown={shown} />
            </Suspense>
          </td>
        </tr>
      ) : null}
    </>
  )
}

interface ExceptionProps {
  readonly one: FailingException
  readonly isOpen: boolean
  readonly onOpen: (() => void) | null
}

function Exception({ one: { error_type: type, message }, isOpen, onOpen }: ExceptionProps) {
  if (type === null) return <Others />
  return (
    <>
      {onOpen ? (
        <button type="button" className="link-button failing-type" aria-expanded={isOpen} onClick={onOpen} title="Its traceback">
          <code>{type}</code>
        </button>
      ) : (
        <code>{type}</code>
      )}{' '}
      <span className="faint">{message}</span>
    </>
  )
}

function Fields({ fields, shown }: { fields: readonly FailingField[]; shown: TimeWindow | null }) {
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Refused fields">
        <Head first="Refused field" columns={['Rule', 'Endpoint']} />
        <tbody>
          {fields.map((one) => (
            <tr key={`${one.method} ${one.path ?? ''} ${one.field ?? ''} ${one.rule ?? ''}`}>
              <td className="cell-wide" title={one.field ?? undefined}>
                {one.field === null ? <Others /> : <code>{one.field}</code>}
                <p className="failing-beside">
                  <code>{one.rule}</code> <To one={one} shown={shown} status={422} />
                </p>
              </td>
              <td className="hide-phone">
                <code>{one.rule}</code>
              </td>
              <td className="hide-phone">
                <To one={one} shown={shown} status={422} />
              </td>
              <Seen one={one} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Others = (): ReactNode => <span className="faint">all others</span>

function Head({ first, columns }: { first: string; columns: readonly string[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {columns.map((column) => (
          <th key={column} scope="col" className="hide-phone">
            {column}
          </th>
        ))}
        <th scope="col" className="right">
          Requests
        </th>
        <th scope="col" className="hide-phone">
          Last
        </th>
      </tr>
    </thead>
  )
}

const Seen = ({ one }: { one: Pick<FailingField, 'requests' | 'last_request_at'> }) => (
  <>
    <td className="right num">{count(one.requests)}</td>
    <td className="hide-phone">
      <Time at={one.last_request_at} />
    </td>
  </>
)

interface ToProps {
  readonly one: { readonly method: string; readonly path: string | null }
  readonly shown: TimeWindow | null
  readonly status: '5xx' | 422
}

/** The requests of its endpoint that ended so, in the log. */
function To({ one, shown, status }: ToProps) {
  const endpoint = failingEndpoint(one)
  const requests = endpoint && requestsOf(endpoint)
  if (!endpoint || !requests) return null
  return (
    <Link to="." search={(previous) => ({ ...previous, ...requests, status, ...(shown ? {} : DAY) })} hash="requests" aria-label={`${String(status)} answers of ${endpointText(endpoint)}`}>
      <code>{endpointText(endpoint)}</code>
    </Link>
  )
}
