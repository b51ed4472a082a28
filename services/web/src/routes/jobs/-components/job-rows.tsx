import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { Job } from '@/features/jobs/api'
import { useWindow } from '@/components/use-range'
import { WiderRange } from '@/components/wider-range'
import { AllThatMatch } from '@/features/bulk/all-that-match'
import { PickedJobs } from '@/features/bulk/picked-jobs'
import { usePicked } from '@/features/bulk/picks'
import type { ColumnChoice } from '@/features/jobs/column-choice'
import { ColumnChooser } from '@/features/jobs/column-chooser'
import { narrowest } from '@/features/jobs/filter-words'
import { newest } from '@/features/jobs/held-list'
import type { JobFilter } from '@/features/jobs/job-filter'
import { JobTable } from '@/features/jobs/job-table'
import { between } from '@/features/jobs/picking'
import { leaveTrail } from '@/features/jobs/trail'
import { count } from '@/lib/format'
import { useActions } from '@/ui/actions'
import { FilteredOut, Nothing } from '@/ui/nothing'
import { closeActions, rowsOf, stepActions, useRowSteps } from '@/ui/row-steps'

interface JobRowsProps {
  readonly filter: JobFilter
  readonly jobs: readonly Job[]
  readonly opened: string | null
  readonly onShow: (job: string | null) => void
  readonly above: ReactNode
  /** How many of how many are shown. */
  readonly total: string
  readonly choice: ColumnChoice
}

/** The table with its keys: `j` `k` move, Enter and a click show beside, `o` opens, `x` picks, Shift and an arrow pick on, Shift and a click all between, `e` goes to the next that failed. */
export function JobRows({ filter, jobs, opened, onShow, above, total, choice }: JobRowsProps) {
  const box = useRef<HTMLDivElement>(null)
  const picked = usePicked()
  const navigate = useNavigate()
  const trail = (): void => {
    leaveTrail(jobs.map((job) => job.id))
  }
  const { current, currentKey, go, next, previous } = useRowSteps(box, 'job', opened, onShow)
  const jobOf = (id: string | undefined): Job | undefined => jobs.find((job) => job.id === id)
  const pick = (): void => {
    const job = jobOf(currentKey())
    if (job) picked.toggle(job)
  }
  const pickOn = (step: 1 | -1): void => {
    const to = Math.min(Math.max(current() + step, 0), jobs.length - 1)
    picked.add([jobOf(currentKey()), jobs[to]].filter((job) => job !== undefined))
    go(to)
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
  const rows = useRef(jobs)
  useEffect(() => {
    rows.current = jobs
  })
  const { toggle, add } = picked
  // Always the same: a pick draws the rows it is about.
  const onPick = useCallback(
    (id: string, isTo: boolean): void => {
      const shown = rowsOf(box.current, 'job').flatMap((row) => row.dataset.job ?? [])
      const meant = isTo ? between(shown, pickedLast.current, id) : [id]
      const those = rows.current.filter((job) => meant.includes(job.id))
      if (isTo) add(those)
      else those.forEach(toggle)
      pickedLast.current = id
    },
    [toggle, add],
  )
  const onPickAll = (isPicked: boolean): void => {
    if (isPicked) add(jobs)
    else picked.remove(jobs.map(({ id }) => id))
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
    { id: 'jobs-pick-down', label: 'Pick on, to the next job', group: 'Jobs', keys: 'Shift+ArrowDown', run: () => { pickOn(1) } },
    { id: 'jobs-pick-up', label: 'Pick on, to the job before', group: 'Jobs', keys: 'Shift+ArrowUp', run: () => { pickOn(-1) } },
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
        {picked.jobs.length > 0 ? (
          <PickedJobs picked={picked} all={newest(picked.jobs, jobs)}>
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

/** What is picked, above a list that has nothing. */
export function PickedAbove() {
  const picked = usePicked()
  if (picked.jobs.length === 0) return null
  return (
    <div className="job-above">
      <PickedJobs picked={picked} all={picked.jobs} />
    </div>
  )
}

const AT_ONCE = 100

/** Those that are picked and no others, whatever the list is asked for. */
export function PickedOnly(list: Omit<JobRowsProps, 'jobs' | 'above' | 'total'>) {
  const { jobs } = usePicked()
  const [most, setMost] = useState(AT_ONCE)
  return (
    <section className="panel" aria-label="The list of jobs">
      <JobRows {...list} jobs={jobs.slice(0, most)} above={null} total={jobs.length > most ? `the newest ${count(most)}` : ''} />
      {jobs.length > most ? (
        <div className="pager">
          <button
            type="button"
            className="button"
            onClick={() => {
              setMost(most + AT_ONCE)
            }}
          >
            {count(Math.min(AT_ONCE, jobs.length - most))} more
          </button>
        </div>
      ) : null}
    </section>
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
