// What is done to every picked job: one request each, a few at a time, and the refusals said. Only rows that were seen
// and picked are touched.
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { cancelJob, isFinished, retryJob, type Job } from '@/features/jobs/api'
import { count } from '@/lib/format'
import { Dialog } from '@/ui/dialog'

const AT_ONCE = 4

export interface BulkOutcome {
  readonly done: number
  readonly refusals: readonly string[]
}

export async function forEach<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>): Promise<BulkOutcome> {
  const left = [...items]
  const refusals: string[] = []
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await act(item).catch((error: unknown) => refusals.push(error instanceof Error ? error.message : String(error)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { done: items.length - refusals.length, refusals }
}

const jobs = (n: number): string => (n === 1 ? '1 job' : `${count(n)} jobs`)

export function BulkActions({ picked, onDrop }: { picked: readonly Job[]; onDrop: () => void }) {
  const open = picked.filter((job) => !isFinished(job.status))
  const finished = picked.filter((job) => isFinished(job.status))
  const act = useMutation({
    mutationFn: async ({ word, all, one }: { word: string; all: readonly Job[]; one: (id: string) => Promise<unknown> }) => ({
      word,
      ...(await forEach(all, (job) => one(job.id))),
    }),
  })
  const said = act.data
  // Those it was asked about, whatever ends meanwhile.
  const [asked, setAsked] = useState<readonly Job[] | null>(null)
  const cancel = (all: readonly Job[]): void => {
    setAsked(null)
    act.mutate({ word: 'cancelled', all, one: cancelJob })
  }
  return (
    <div className="bulk" role="group" aria-label="Picked jobs">
      <b className="num">{jobs(picked.length)} picked</b>
      <button
        type="button"
        className="button"
        data-tone="danger"
        disabled={act.isPending || open.length === 0}
        onClick={() => {
          if (open.length > 1) setAsked(open)
          else cancel(open)
        }}
      >
        Cancel {jobs(open.length)}
      </button>
      <button
        type="button"
        className="button"
        disabled={act.isPending || finished.length === 0}
        onClick={() => {
          act.mutate({ word: 're-run', all: finished, one: (id) => retryJob(id) })
        }}
      >
        Re-run {jobs(finished.length)}
      </button>
      <button type="button" className="link-button" onClick={onDrop}>
        Pick none
      </button>
      <Dialog
        title={`Cancel ${jobs(asked?.length ?? 0)}?`}
        open={asked !== null}
        onClose={() => {
          setAsked(null)
        }}
      >
        <p>Those that wait never start; those that run are asked to stop. None of them goes on later.</p>
        <div className="bulk bulk-asked">
          <button
            type="button"
            className="button"
            data-tone="danger"
            onClick={() => {
              cancel(asked ?? [])
            }}
          >
            Cancel {jobs(asked?.length ?? 0)}
          </button>
          <button
            type="button"
            className="button"
            onClick={() => {
              setAsked(null)
            }}
          >
            Keep them
          </button>
        </div>
      </Dialog>
      <span role="status" className="faint">
        {said ? `${jobs(said.done)} ${said.word}${said.refusals.length > 0 ? `; ${count(said.refusals.length)} refused: ${said.refusals[0] ?? ''}` : ''}.` : ''}
      </span>
    </div>
  )
}
