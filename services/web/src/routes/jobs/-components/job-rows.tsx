import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import type { Job, JobFilter } from '@/features/jobs/api'
import { useWindow } from '@/components/use-range'
import { WiderRange } from '@/components/wider-range'
import { AllThatMatch } from '@/features/bulk/all-that-match'
import { PickedJobs } from '@/features/bulk/picked-jobs'
import type { ColumnChoice } from '@/features/jobs/column-choice'
import { ColumnChooser } from '@/features/jobs/column-chooser'
import { narrowest } from '@/features/jobs/filter-words'
import { JobTable } from '@/features/jobs/job-table'
import { between } from '@/features/jobs/picking'
import { leaveTrail } from '@/features/jobs/trail'
import { useActions } from '@/ui/actions'
import { FilteredOut, Nothing } from '@/ui/nothing'
import { closeActions, rowsOf, stepActions, useRowSteps } from '@/ui/row-steps'

export interface Picked {
  readonly ids: ReadonlySet<string>
  readonly toggle: (id: string) => void
  readonly add: (ids: readonly string[]) => void
  readonly drop: () => void
}

export function usePicked(): Picked {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback((id: string): void => {
    setIds((before) => {
      const after = new Set(before)
      if (!after.delete(id)) after.add(id)
      return after
    })
  }, [])
  const add = useCallback((more: readonly string[]): void => {
    setIds((before) => new Set([...before, ...more]))
  }, [])
  const drop = useCallback((): void => {
    setIds(new Set())
  }, [])
  return useMemo(() => ({ ids, toggle, add, drop }), [ids, toggle, add, drop])
}

interface JobRowsProps {
  readonly filter: JobFilter
  readonly jobs: readonly Job[]
  readonly picked: Picked
  readonly opened: string | null
  readonly onShow: (job: string | null) => void
  readonly above: ReactNode
  /** How many of how many are shown. */
  readonly total: string
  readonly choice: ColumnChoice
}

/** The table with its keys: `j` `k` move, Enter and a click show beside, `o` opens, `x` picks, Shift and a click pick all between, `e` goes to the next that failed. */
export function JobRows({ filter, jobs, picked, opened, onShow, above, total, choice }: JobRowsProps) {
  const box = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const trail = (): void => {
    leaveTrail(jobs.map((job) => job.id))
  }
  const { current, currentKey, go, next, previous } = useRowSteps(box, 'job', opened, onShow)
  const pick = (): void => {
    const id = currentKey()
    if (id !== undefined) picked.toggle(id)
  }
  const open = (): void => {
    const id = currentKey()
    if (id === undefined) return
    trail()
    void navigate({ to: '/jobs/$jobId', params: { jobId: id } })
  }
  const show = (): void => {
    const id = currentKey()
    if (id !== undefined) onShow(id)
  }
  const nextError = (): void => {
    const at = jobs.findIndex((job, index) => index > current() && (job.status === 'failed' || job.status === 'retrying'))
    if (at !== -1) go(at)
  }
  const pickedLast = useRef<string>(null)
  const { toggle, add } = picked
  // Always the same: a pick draws the rows it is about.
  const onPick = useCallback(
    (id: string, isTo: boolean): void => {
      const shown = rowsOf(box.current, 'job').flatMap((row) => row.dataset.job ?? [])
      if (isTo) add(between(shown, pickedLast.current, id))
      else toggle(id)
      pickedLast.current = id
    },
    [toggle, add],
  )
  const onPickAll = (isPicked: boolean): void => {
    if (isPicked) add(jobs.map(({ id }) => id))
    else picked.drop()
  }
  const window = useWindow()
  const [isAskedForAll, setAskedForAll] = useState(false)
  const askAll = (): void => {
    setAskedForAll(true)
  }
  useActions([
    ...stepActions('job', { next, previous }),
    { id: 'jobs-all', label: 'Cancel or re-run all jobs that match', group: 'Jobs', run: askAll },
    { id: 'jobs-pick', label: 'Pick this job', group: 'Jobs', keys: 'x', run: pick },
    { id: 'jobs-pick-all', label: 'Pick every job shown', group: 'Jobs', run: () => { onPickAll(true) } },
    { id: 'jobs-error', label: 'The next job that failed', group: 'Jobs', keys: 'e', run: nextError },
    { id: 'jobs-show', label: 'Show this job beside the list', group: 'Jobs', keys: 'Enter', isHeardThere: true, run: show },
    { id: 'jobs-open', label: 'Open this job’s page', group: 'Jobs', keys: 'o', run: open },
    ...closeActions('job', opened, () => {
      onShow(null)
    }),
  ])
  return (
    <div ref={box} onClickCapture={trail} onKeyDownCapture={trail}>
      <div className="job-above">
        {above}
        {picked.ids.size > 0 ? (
          <PickedJobs picked={jobs.filter((job) => picked.ids.has(job.id))} onDrop={picked.drop}>
            <button type="button" className="link-button" onClick={askAll}>
              All that match…
            </button>
          </PickedJobs>
        ) : null}
        <span className="job-total num">{total}</span>
        <ColumnChooser {...choice} />
        <AllThatMatch
          filter={filter}
          window={window}
          open={isAskedForAll}
          onClose={() => {
            setAskedForAll(false)
          }}
        />
      </div>
      <JobTable jobs={jobs} label="Jobs" columns={choice.columns} picking={{ picked: picked.ids, opened, onPick, onPickAll, onOpen: onShow }} />
    </div>
  )
}

export function NoJobs({ filter, onChange, isWindow = false }: { filter: JobFilter; onChange: (filter: JobFilter) => void; isWindow?: boolean }) {
  const drop = narrowest(filter)
  if (drop)
    return (
      <FilteredOut
        title="No job matches this filter"
        filter={drop.name}
        onDrop={() => {
          onChange(drop.without)
        }}
      >
        <WiderRange />
      </FilteredOut>
    )
  if (isWindow)
    return (
      <Nothing kind="none" title="No job was created in this range">
        <WiderRange />
      </Nothing>
    )
  return <Nothing kind="never" title="No job has been enqueued yet. The first one appears here by itself." />
}
