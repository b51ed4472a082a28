import '@/features/bulk/bulk.css'
// Every job the filter finds, shown or not: they are found and counted first, and those and no others are meant by the second click.
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { draftBulk, type BulkKind } from '@/features/bulk/api'
import { filterText, WORDS } from '@/features/bulk/bulk-words'
import { ConfirmBulk } from '@/features/bulk/confirm-bulk'
import type { JobFilter } from '@/features/jobs/job-filter'
import type { TimeWindow } from '@/lib/range'
import { Dialog } from '@/ui/dialog'

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
  const navigate = useNavigate()
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
      {draft.data && draft.data.total > 0 ? <ConfirmBulk key={draft.data.id} draft={draft.data} onStarted={({ id }) => void navigate({ to: '/jobs/bulk/$actionId', params: { actionId: id } })} /> : null}
    </div>
  )
}
