import '@/features/jobs/job-list.css'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { usePicked } from '@/features/bulk/picks'
import { windowJobsQuery } from '@/features/jobs/api'
import { useColumnChoice } from '@/features/jobs/column-choice'
import type { JobFilter } from '@/features/jobs/job-filter'
import { JobPanel } from '@/features/jobs/job-panel'
import { inAddress } from '@/features/jobs/job-search'
import { count } from '@/lib/format'
import type { TimeWindow } from '@/lib/range'
import { QueryView } from '@/ui/query-view'
import { Split } from '@/ui/split'
import { JobRows, NoJobs, PickedAbove, PickedOnly } from '@/routes/jobs/-components/job-rows'
import { LiveJobs, type JobListProps } from '@/routes/jobs/-components/live-jobs'

interface JobsTabProps {
  readonly name: string
  readonly shown: TimeWindow | null
  /** The job beside the list, and the columns, as the address has them. */
  readonly job: string | undefined
  readonly columns: string | undefined
}

/** Its jobs as the list of all has them: live, or the newest of a range. */
export function JobsTab({ name, shown, job, columns }: JobsTabProps) {
  const navigate = useNavigate({ from: '/functions/$name/' })
  const show = useCallback(
    (next: string | null): void => {
      void navigate({ search: (previous) => ({ ...previous, job: next ?? undefined }), replace: true, resetScroll: false })
    },
    [navigate],
  )
  const spell = useCallback(
    (next: string | undefined): void => {
      void navigate({ search: (previous) => ({ ...previous, columns: next }), replace: true, resetScroll: false })
    },
    [navigate],
  )
  const choice = useColumnChoice(columns, job !== undefined, spell)
  const change = (filter: JobFilter): void => {
    void navigate({ to: '/jobs', search: inAddress(filter) })
  }
  const { isOnly } = usePicked()
  const list: JobListProps = { filter: { function: name }, choice, opened: job ?? null, onChange: change, onShow: show }
  return (
    <Split
      label="Width of the job beside the list"
      side={
        job === undefined ? null : (
          <JobPanel
            id={job}
            onClose={() => {
              show(null)
            }}
            onNewJob={({ id }) => {
              show(id)
            }}
          />
        )
      }
    >
      {isOnly ? <PickedOnly {...list} /> : shown ? <NewestJobs {...list} shown={shown} /> : <LiveJobs {...list} />}
      <p className="function-jobs">
        <Link to="/jobs" search={{ function: name }}>
          All its jobs, to filter
        </Link>
      </p>
    </Split>
  )
}

/** Of a range the first page; the pages behind it are the list's. */
function NewestJobs({ filter, opened, choice, onChange, onShow, shown }: JobListProps & { shown: TimeWindow }) {
  const page = useQuery(windowJobsQuery(filter, shown, undefined))
  return (
    <section className="panel" aria-label="The list of jobs">
      <QueryView query={page} reserve={400}>
        {({ jobs, total, total_exact: isExact }) =>
          jobs.length > 0 ? (
            <JobRows filter={filter} jobs={jobs} opened={opened} onShow={onShow} above={null} total={`newest ${count(jobs.length)} · ${isExact ? '' : 'at least '}${count(total)} in this range`} choice={choice} />
          ) : (
            <>
              <PickedAbove />
              <NoJobs filter={filter} onChange={onChange} isWindow />
            </>
          )
        }
      </QueryView>
    </section>
  )
}
