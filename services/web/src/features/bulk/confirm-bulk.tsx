// The second click: what was found, or picked, is said with its number, and those and no others are meant by it.
import { useMutation } from '@tanstack/react-query'
import { startBulk, type BulkAction } from '@/features/bulk/api'
import { isPicked, jobs, WORDS } from '@/features/bulk/bulk-words'
import { clockTime, count } from '@/lib/format'
import { Instant } from '@/ui/time'

export const LONGEST_NAME = 100

interface ConfirmBulkProps {
  readonly draft: BulkAction
  readonly onStarted: (action: BulkAction) => void
  /** Left as they are. */
  readonly onKeep?: () => void
}

export function ConfirmBulk({ draft, onStarted, onKeep }: ConfirmBulkProps) {
  const start = useMutation({ mutationFn: (name: string) => startBulk(draft.id, name), onSuccess: onStarted })
  const words = WORDS[draft.action]
  const meant = draft.total - draft.skipped
  return (
    <form
      className="bulk-confirm"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate(String(new FormData(event.currentTarget).get('name') ?? ''))
      }}
    >
      {meant > 0 ? (
        <p>
          <b className="num">{jobs(meant)}</b>
          {isPicked(draft) ? '. ' : <FoundAt draft={draft} />}
          {words.means}
        </p>
      ) : null}
      {draft.skips.map(({ code, count: number, detail }) => (
        <p key={code} className="num">
          {count(number)} of {count(draft.total)} skipped: {detail}
        </p>
      ))}
      {meant > 0 ? (
        <label>
          Name, for those who look later
          <input name="name" className="input" maxLength={LONGEST_NAME} autoComplete="off" />
        </label>
      ) : null}
      {start.error ? (
        <span role="alert" className="action-error">
          {start.error.message}
        </span>
      ) : null}
      <div className="bulk">
        {meant > 0 ? (
          <button type="submit" className="button" data-tone={draft.action === 'cancel' ? 'danger' : 'primary'} disabled={start.isPending}>
            {words.verb} {jobs(meant)}
          </button>
        ) : null}
        {onKeep ? (
          <button type="button" className="button" onClick={onKeep}>
            {words.notDoing}
          </button>
        ) : null}
      </div>
    </form>
  )
}

function FoundAt({ draft }: { draft: BulkAction }) {
  return (
    <>
      , as found at <Instant at={draft.created_at}>{clockTime(draft.created_at)}</Instant>: what comes later is left alone.{' '}
    </>
  )
}
