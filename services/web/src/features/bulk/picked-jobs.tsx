import '@/features/bulk/bulk.css'
// What is done to every picked job, wherever it was picked: one bulk action. They are looked at first, and said with their number.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { bulkActionQuery, draftPicked, startBulk, type BulkKind } from '@/features/bulk/api'
import { becameOf, jobs, WORDS } from '@/features/bulk/bulk-words'
import { ConfirmBulk } from '@/features/bulk/confirm-bulk'
import type { Picked } from '@/features/bulk/picks'
import { isFinished, type Job } from '@/features/jobs/api'
import { count } from '@/lib/format'
import { Dialog } from '@/ui/dialog'

interface Asked {
  readonly kind: BulkKind
  readonly ids: readonly string[]
}

/** `all` are the picked ones, as new as they are known. `children`: what else may be done, to others than those. */
export function PickedJobs({ picked, all, children }: { picked: Picked; all: readonly Job[]; children?: ReactNode }) {
  const [isAsking, setAsking] = useState(false)
  const [begun, setBegun] = useState<string | null>(null)
  const draft = useMutation({ mutationFn: ({ kind, ids }: Asked) => draftPicked(kind, ids) })
  const one = useMutation({
    mutationFn: async ({ kind, ids }: Asked) => startBulk((await draftPicked(kind, ids)).id, ''),
    onSuccess: ({ id }) => {
      setBegun(id)
    },
  })
  const ask = (kind: BulkKind, those: readonly Job[]): void => {
    const asked = { kind, ids: those.map(({ id }) => id) }
    if (those.length === 1) {
      one.mutate(asked)
      return
    }
    draft.mutate(asked)
    setAsking(true)
  }
  const keep = (): void => {
    setAsking(false)
  }
  const button = (kind: BulkKind, those: readonly Job[]): ReactNode => (
    <button
      type="button"
      className="button"
      data-tone={kind === 'cancel' ? 'danger' : undefined}
      disabled={those.length === 0 || one.isPending}
      onClick={() => {
        ask(kind, those)
      }}
    >
      {WORDS[kind].verb} {jobs(those.length)}
    </button>
  )
  const asked = draft.variables
  return (
    <div className="bulk" role="group" aria-label="Picked jobs">
      <b className="num">{count(picked.jobs.length)} picked</b>
      {button('cancel', all.filter(({ status }) => !isFinished(status)))}
      {button('retry', all.filter(({ status }) => isFinished(status)))}
      <button
        type="button"
        className="chip"
        aria-pressed={picked.isOnly}
        onClick={() => {
          picked.showOnly(!picked.isOnly)
        }}
      >
        Picked only
      </button>
      <button type="button" className="link-button" onClick={picked.drop}>
        Pick none
      </button>
      {children}
      <Dialog title={asked ? `${WORDS[asked.kind].verb} ${jobs(asked.ids.length)}?` : ''} open={isAsking} onClose={keep}>
        <div className="bulk-asking">
          <div role="status">
            {draft.isPending ? <p className="faint">Looking at them…</p> : null}
            {draft.error ? <span className="action-error">{draft.error.message}</span> : null}
          </div>
          {draft.data ? (
            <ConfirmBulk
              key={draft.data.id}
              draft={draft.data}
              onKeep={keep}
              onStarted={({ id }) => {
                setBegun(id)
                keep()
              }}
            />
          ) : null}
        </div>
      </Dialog>
      <span role="status" className="faint">
        {one.error ? one.error.message : begun !== null ? <Begun id={begun} /> : picked.isFull ? `No more than ${count(picked.jobs.length)} can be picked.` : ''}
      </span>
    </div>
  )
}

/** How far it is, in the place it was asked from; its page says the rest. */
function Begun({ id }: { id: string }) {
  const { data } = useQuery(bulkActionQuery(id))
  if (!data) return null
  return (
    <>
      <Link to="/jobs/bulk/$actionId" params={{ actionId: id }} className="num">
        {becameOf(data)}
      </Link>
      {data.skips[0] ? `: ${data.skips[0].detail}` : ''}
    </>
  )
}
