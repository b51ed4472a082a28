import type { Attempt } from '@/features/jobs/api'
import { DASH, duration } from '@/lib/format'
import { Status } from '@/ui/status'
import { Time } from '@/ui/time'

export function AttemptTable({ attempts }: { attempts: readonly Attempt[] | null }) {
  if (!attempts || attempts.length === 0) return <p className="nothing-inline">No attempt has started yet.</p>
  return (
    <div className="table-scroll">
      <table className="table" aria-label="Attempts">
        <thead>
          <tr>
            <th scope="col">Attempt</th>
            <th scope="col">Outcome</th>
            <th scope="col">Worker</th>
            <th scope="col">Started</th>
            <th scope="col" className="right">
              Duration
            </th>
            <th scope="col">Error</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt) => (
            <tr key={attempt.attempt}>
              <td className="num">{attempt.attempt}</td>
              <td>
                <Outcome attempt={attempt} />
              </td>
              <td>{attempt.worker_id ?? DASH}</td>
              <td>
                <Time at={attempt.started_at} />
              </td>
              <td className="right num">{duration(attempt.duration_ms)}</td>
              <td className="cell-wide" title={attempt.error ?? undefined}>
                {attempt.error ?? DASH}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

// An attempt's outcome, with the look of the state it resembles.
const OUTCOMES: Record<string, { status: string; word: string }> = {
  success: { status: 'complete', word: 'Complete' },
  failure: { status: 'failed', word: 'Failed' },
  timeout: { status: 'failed', word: 'Timed out' },
  cancelled: { status: 'cancelled', word: 'Cancelled' },
  interrupted: { status: 'retrying', word: 'Worker lost' },
  handed_back: { status: 'queued', word: 'Handed back' },
}

function Outcome({ attempt }: { attempt: Attempt }) {
  if (attempt.outcome === null) return <Status status="active" />
  const { status, word } = OUTCOMES[attempt.outcome] ?? { status: 'queued', word: attempt.outcome }
  return <Status status={status} word={word} />
}
