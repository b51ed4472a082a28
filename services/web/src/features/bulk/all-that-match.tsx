import '@/features/bulk/bulk.css'
// Every job the filter finds, shown or not: they are found and counted first, and those and no others are meant by the second click.
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { draftBulk, startBulk, type BulkAction, type BulkKind } from '@/features/bulk/api'
import { filterText, jobs, WORDS } from '@/features/bulk/bulk-words'
import type { JobFilter } from '@/features/jobs/api'
import { clockTime } from '@/lib/format'
import type { TimeWindow } from '@/lib/range'
import { Dialog } from '@/ui/dialog'
import { Instant } from '@/ui/time'

export const LONGEST_NAME = 100

interface AllThatMatchProps {
  readonly filter: JobFilter
  readonly window: TimeWindow | null
  readonly open: boolean
  readonly onClose: () => void
}

export function AllThatMatch({ filter, window, open, onClose }: AllThatMatchProps) {
  return (
    <Dialog title="All jobs that match" open={open} onClose={onClose}>
      <Asking filter={filter} window={window} />
    </Dialog>
  )
}

function Asking({ filter, window }: Pick<AllThatMatchProps, 'filter' | 'window'>) {
  const draft = useMutation({ mutationFn: (kind: BulkKind) => draftBulk(kind, filter, window) })
  return (
    <div className="bulk-asking">
      <p>
        {filterText(filter)}
        {window ? ', of this range' : ''}.
      </p>
      <div className="bulk" role="group" aria-label="What is done to them">
        {(['cancel', 'retry'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            className="chip"
            aria-pressed={draft.variables === kind}
            onClick={() => {
              draft.mutate(kind)
            }}
          >
            {WORDS[kind].verb} those that {WORDS[kind].of}
          </button>
        ))}
      </div>
      <div role="status">
        {draft.isPending ? <p className="faint">Finding them…</p> : null}
        {draft.error ? <span className="action-error">{draft.error.message}</span> : null}
        {draft.data?.total === 0 ? <p>{WORDS[draft.data.action].none}</p> : null}
      </div>
      {draft.data && draft.data.total > 0 ? <Confirm key={draft.data.id} draft={draft.data} /> : null}
    </div>
  )
}

function Confirm({ draft }: { draft: BulkAction }) {
  const navigate = useNavigate()
  const start = useMutation({
    mutationFn: (name: string) => startBulk(draft.id, name),
    onSuccess: ({ id }) => navigate({ to: '/jobs/bulk/$actionId', params: { actionId: id } }),
  })
  const words = WORDS[draft.action]
  return (
    <form
      className="bulk-confirm"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate(String(new FormData(event.currentTarget).get('name') ?? ''))
      }}
    >
      <p>
        <b className="num">{jobs(draft.total)}</b>, as found at <Instant at={draft.created_at}>{clockTime(draft.created_at)}</Instant>: what comes later is left alone. {words.means}
      </p>
      <label>
        Name, for those who look later
        <input name="name" className="input" maxLength={LONGEST_NAME} autoComplete="off" />
      </label>
      {start.error ? (
        <span role="alert" className="action-error">
          {start.error.message}
        </span>
      ) : null}
      <button type="submit" className="button" data-tone={draft.action === 'cancel' ? 'danger' : 'primary'} disabled={start.isPending}>
        {words.verb} {jobs(draft.total)}
      </button>
    </form>
  )
}
