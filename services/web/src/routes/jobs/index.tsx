import '@/features/jobs/job-list.css'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { useCallback, useEffect, useRef } from 'react'
import * as v from 'valibot'
import { useWindow } from '@/components/use-range'
import { usePicked } from '@/features/bulk/picks'
import { Beneath, FirstJobSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { jobCountsQuery, jobsQuery, windowJobCountsQuery, windowJobsQuery, type JobCounts } from '@/features/jobs/api'
import { useColumnChoice } from '@/features/jobs/column-choice'
import { filterIn, type JobFilter } from '@/features/jobs/job-filter'
import { JobFilters } from '@/features/jobs/job-filters'
import { JobPanel } from '@/features/jobs/job-panel'
import { filterSearch, inAddress } from '@/features/jobs/job-search'
import { JobViews } from '@/features/views/job-views'
import { viewedBy } from '@/features/views/views'
import { fieldProblem } from '@/lib/api-client'
import { rangeOf, type TimeWindow } from '@/lib/range'
import { optional } from '@/lib/search-params'
import { PageHead } from '@/ui/panel'
import { Split } from '@/ui/split'
import { PickedOnly } from './-components/job-rows'
import { LiveJobs } from './-components/live-jobs'
import { WindowJobs } from './-components/window-jobs'

const text = v.pipe(v.string(), v.maxLength(255))
const search = v.object({
  ...filterSearch.entries,
  /** Where the page of a window begins. */
  cursor: optional(v.string()),
  /** Which columns it has, where they are not the usual ones. */
  columns: optional(v.pipe(v.string(), v.maxLength(511))),
  /** The job shown beside the list. */
  job: optional(text),
  /** The saved view it was opened by, which may show something else by now. */
  view: optional(text),
})

export const Route = createFileRoute('/jobs/')({
  validateSearch: search,
  loaderDeps: ({ search: all }) => ({ filter: filterIn(all), isLive: rangeOf(all).kind === 'live' }),
  loader: ({ context, deps }) => {
    if (deps.isLive) void context.queryClient.prefetchQuery(jobsQuery(deps.filter))
  },
  component: Jobs,
})

function Jobs() {
  const found = Route.useSearch()
  const filter = filterIn(found)
  const navigate = Route.useNavigate()
  const shown = useWindow()
  const counts = useCounts(filter, shown)
  const isNew = useWasEmpty(shown === null && isNone(filter) && counts.data !== undefined && Object.values(counts.data).every(({ total }) => total === 0))
  const change = (next: JobFilter): void => {
    void navigate({ search: (previous) => ({ ...previous, ...inAddress(next), cursor: undefined }) })
  }
  const show = useCallback(
    (job: string | null): void => {
      void navigate({ search: (previous) => ({ ...previous, job: job ?? undefined }), replace: true, resetScroll: false })
    },
    [navigate],
  )
  const spell = useCallback(
    (columns: string | undefined): void => {
      void navigate({ search: (previous) => ({ ...previous, columns }), replace: true, resetScroll: false })
    },
    [navigate],
  )
  const choice = useColumnChoice(found.columns, found.job !== undefined, spell)
  const { isOnly } = usePicked()
  useAllShownAfter(JSON.stringify(viewedBy(found)))
  const list = { filter, choice, opened: found.job ?? null, onChange: change, onShow: show }
  return (
    <>
      <PageHead title="Jobs" scope={shown ? 'Newest first, as they were' : 'Newest first, live'}>
        <Link to="/jobs/bulk">Bulk actions</Link>
      </PageHead>
      <Beneath
        steps={
          isNew ? (
            <div className="jobs-first">
              <FirstJobSteps />
            </div>
          ) : null
        }
      >
        <JobViews search={found} opened={found.view} />
        <JobFilters filter={filter} counts={counts.data} problem={fieldProblem(counts.error, 'q')} onChange={change} />
        <Split
          label="Width of the job beside the list"
          side={
            found.job === undefined ? null : (
              <JobPanel
                id={found.job}
                onClose={() => {
                  show(null)
                }}
                onNewJob={(job) => {
                  show(job.id)
                }}
              />
            )
          }
        >
          {isOnly ? <PickedOnly {...list} /> : shown ? <WindowPage shown={shown} list={list} cursor={found.cursor} /> : <LiveJobs {...list} />}
        </Split>
      </Beneath>
    </>
  )
}

/** Who asks for other jobs is shown them, and no longer only those that are picked. */
function useAllShownAfter(asked: string): void {
  const { showOnly } = usePicked()
  const before = useRef(asked)
  useEffect(() => {
    if (before.current !== asked) showOnly(false)
    before.current = asked
  }, [asked, showOnly])
}

const isNone = (filter: JobFilter): boolean => Object.values(filter).every((value) => value === undefined)

function useCounts(filter: JobFilter, shown: TimeWindow | null): Pick<UseQueryResult<JobCounts>, 'data' | 'error'> {
  const live = useQuery({ ...jobCountsQuery(filter), enabled: shown === null })
  const window = useQuery({ ...windowJobCountsQuery(filter, shown ?? NO_WINDOW), enabled: shown !== null })
  return shown === null ? live : window
}

const NO_WINDOW: TimeWindow = { after: 0, before: 0, readAt: 0 }

function WindowPage({ shown, list, cursor }: { shown: TimeWindow; list: Parameters<typeof LiveJobs>[0]; cursor: string | undefined }) {
  const page = useQuery(windowJobsQuery(list.filter, shown, cursor))
  return <WindowJobs {...list} page={page} isFirst={cursor === undefined} />
}
