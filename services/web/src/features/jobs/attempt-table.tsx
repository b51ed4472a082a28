import { Link } from '@tanstack/react-router'
import type { Attempt } from '@/features/jobs/api'
import { Outcome } from '@/features/jobs/outcome'
import { WorkerLink } from '@/features/jobs/worker-link'
import { DASH, duration } from '@/lib/format'
import { LIVE } from '@/lib/range'
import { Nothing } from '@/ui/nothing'
import { Time } from '@/ui/time'

export function AttemptTable({ attempts }: { attempts: readonly Attempt[] | null }) {
  if (!attempts || attempts.length === 0) return <Nothing kind="never" title="No attempt has started yet." />
  const hasPods = attempts.some(({ pod }) => pod !== null)
  const hasVersions = attempts.some(({ version }) => version !== null)
  return (
    <div className="table-scroll" role="region" aria-label="Attempts" tabIndex={0}>
      <table className="table" aria-label="Attempts">
        <thead>
          <tr>
            <th scope="col">Attempt</th>
            <th scope="col">Outcome</th>
            <th scope="col">Worker</th>
            <th scope="col">Started</th>
            <th scope="col" className="right">
              Waited
            </th>
            <th scope="col" className="right">
              Ran
            </th>
            <th scope="col">Error</th>
            {hasPods ? <th scope="col">Pod</th> : null}
            {hasVersions ? <th scope="col">Version</th> : null}
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt) => (
            <tr key={attempt.attempt}>
              <td className="num">
                {attempt.attempt} <AttemptLog attempt={attempt.attempt} />
              </td>
              <td>
                <Outcome outcome={attempt.outcome} />
              </td>
              <td>
                <WorkerLink id={attempt.worker_id} />
              </td>
              <td>
                <Time at={attempt.started_at} />
              </td>
              <td className="right num">{duration(attempt.queue_wait_ms)}</td>
              <td className="right num">{duration(attempt.duration_ms)}</td>
              <td className="cell-wide" title={attempt.error ?? undefined}>
                {attempt.error === null ? DASH : [attempt.error_type, attempt.error].filter(Boolean).join(': ')}
              </td>
              {hasPods ? <td>{attempt.pod === null ? DASH : <Others filter={{ pod: attempt.pod }}>{attempt.pod}</Others>}</td> : null}
              {hasVersions ? <td>{attempt.version === null ? DASH : <Others filter={{ version: attempt.version }}>{attempt.version}</Others>}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** To what it logged, and nothing another attempt did. */
const AttemptLog = ({ attempt }: { attempt: number }) => (
  <Link to="." search={(previous) => ({ ...previous, tab: 'logs', attempt, span: undefined, level: undefined, find: undefined })} replace resetScroll={false} aria-label={`Log of attempt ${String(attempt)}`}>
    Log
  </Link>
)

/** To what else ran there. */
const Others = ({ filter, children }: { filter: { pod?: string; version?: string }; children: string }) => (
  <Link to="/jobs" search={{ ...filter, ...LIVE }} className="quiet">
    {children}
  </Link>
)
