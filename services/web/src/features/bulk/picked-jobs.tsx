// What is done to every picked job: one request each, a few at a time, and the refusals said. Only rows that were seen
// and picked are touched.
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { jobs, WORDS, type Words } from '@/features/bulk/bulk-words'
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

/** What can be done to many. */
interface Deed extends Pick<Words, 'verb' | 'done' | 'means'> {
  readonly tone?: 'danger'
  readonly notDoing: string
  readonly act: (id: string) => Promise<unknown>
}

export const CANCEL: Deed = { ...WORDS.cancel, tone: 'danger', notDoing: 'Keep them', act: cancelJob }
export const RE_RUN: Deed = { ...WORDS.retry, notDoing: 'Leave them', act: (id) => retryJob(id) }

interface Asked {
  readonly deed: Deed
  readonly all: readonly Job[]
}

/** `children`: what else may be done, to others than those. */
export function PickedJobs({ picked, onDrop, children }: { picked: readonly Job[]; onDrop: () => void; children?: ReactNode }) {
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
      {children}
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
