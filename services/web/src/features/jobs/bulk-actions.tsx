// What is done to every picked job: one request each, a few at a time, and the refusals said. Only rows that were seen
// and picked are touched.
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
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

/** What can be done to many, and what it says of itself. */
interface Deed {
  readonly verb: string
  readonly done: string
  readonly tone?: 'danger'
  /** What it means for them, said before it is done to more than one. */
  readonly means: string
  readonly notDoing: string
  readonly act: (id: string) => Promise<unknown>
}

export const CANCEL: Deed = {
  verb: 'Cancel',
  done: 'cancelled',
  tone: 'danger',
  means: 'Those that wait never start; those that run are asked to stop. None of them goes on later.',
  notDoing: 'Keep them',
  act: cancelJob,
}

export const RE_RUN: Deed = {
  verb: 'Re-run',
  done: 're-run',
  means: 'Each becomes a new job with the same arguments, which does its work once more. Those that ended stay as they are.',
  notDoing: 'Leave them',
  act: (id) => retryJob(id),
}

interface Asked {
  readonly deed: Deed
  readonly all: readonly Job[]
}

export function BulkActions({ picked, onDrop }: { picked: readonly Job[]; onDrop: () => void }) {
  const act = useMutation({
    mutationFn: async ({ deed, all }: Asked) => ({ word: deed.done, ...(await forEach(all, (job) => deed.act(job.id))) }),
  })
  const said = act.data
  // Those it was asked about, whatever ends meanwhile.
  const [asked, setAsked] = useState<Asked | null>(null)
  const keep = (): void => {
    setAsked(null)
  }
  const button = (deed: Deed, all: readonly Job[]): ReactNode => (
    <DeedButton
      deed={deed}
      number={all.length}
      disabled={act.isPending || all.length === 0}
      onClick={() => {
        if (all.length > 1) setAsked({ deed, all })
        else act.mutate({ deed, all })
      }}
    />
  )
  return (
    <div className="bulk" role="group" aria-label="Picked jobs">
      <b className="num">{jobs(picked.length)} picked</b>
      {button(CANCEL, picked.filter((job) => !isFinished(job.status)))}
      {button(RE_RUN, picked.filter((job) => isFinished(job.status)))}
      <button type="button" className="link-button" onClick={onDrop}>
        Pick none
      </button>
      <Dialog title={asked ? `${asked.deed.verb} ${jobs(asked.all.length)}?` : ''} open={asked !== null} onClose={keep}>
        {asked ? (
          <Question
            deed={asked.deed}
            number={asked.all.length}
            onKeep={keep}
            onAct={() => {
              keep()
              act.mutate(asked)
            }}
          />
        ) : null}
      </Dialog>
      <span role="status" className="faint">
        {said ? `${jobs(said.done)} ${said.word}${said.refusals.length > 0 ? `; ${count(said.refusals.length)} refused: ${said.refusals[0] ?? ''}` : ''}.` : ''}
      </span>
    </div>
  )
}

export function Question({ deed, number, onAct, onKeep }: { deed: Deed; number: number; onAct: () => void; onKeep: () => void }) {
  return (
    <>
      <p>{deed.means}</p>
      <div className="bulk bulk-asked">
        <DeedButton deed={deed} number={number} onClick={onAct} />
        <button type="button" className="button" onClick={onKeep}>
          {deed.notDoing}
        </button>
      </div>
    </>
  )
}

function DeedButton({ deed, number, disabled = false, onClick }: { deed: Deed; number: number; disabled?: boolean; onClick: () => void }) {
  return (
    <button type="button" className="button" data-tone={deed.tone} disabled={disabled} onClick={onClick}>
      {deed.verb} {jobs(number)}
    </button>
  )
}
