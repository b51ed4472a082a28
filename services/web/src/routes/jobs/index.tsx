import '@/features/jobs/job-list.css'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useCallback } from 'react'
import * as v from 'valibot'
import { useWindow } from '@/components/use-range'
import { JOB_STATUSES, jobCountsQuery, jobsQuery, windowJobsQuery, type JobFilter } from '@/features/jobs/api'
import { JobFilters } from '@/features/jobs/job-filters'
import { JobPanel } from '@/features/jobs/job-panel'
import { rangeOf, type TimeWindow } from '@/lib/range'
import { PageHead } from '@/ui/panel'
import { LiveJobs } from './-components/live-jobs'
import { WindowJobs } from './-components/window-jobs'

const optional = <T extends v.GenericSchema>(schema: T) => v.optional(v.fallback(v.optional(schema), undefined))
const text = v.pipe(v.string(), v.maxLength(255))
const search = v.object({
  status: optional(v.array(v.picklist(JOB_STATUSES))),
  function: optional(text),
  worker_id: optional(text),
  root_id: optional(text),
  q: optional(text),
  /** Where the page of a window begins. */
  cursor: optional(v.string()),
  /** The job shown beside the list. */
  job: optional(text),
})

const filterOf = ({ status, function: key, worker_id, root_id, q }: v.InferOutput<typeof search>): JobFilter => ({ status, function: key, worker_id, root_id, q })

export const Route = createFileRoute('/jobs/')({
  validateSearch: search,
  loaderDeps: ({ search: all }) => ({ filter: filterOf(all), isLive: rangeOf(all).kind === 'live' }),
  loader: ({ context, deps }) => {
    if (deps.isLive) void context.queryClient.prefetchQuery(jobsQuery(deps.filter))
  },
  component: Jobs,
})

function Jobs() {
  const found = Route.useSearch()
  const filter = filterOf(found)
  const navigate = Route.useNavigate()
  const shown = useWindow()
  const counts = useQuery({ ...jobCountsQuery(filter), enabled: shown === null })
  const change = (next: JobFilter): void => {
    void navigate({ search: (previous) => ({ ...previous, ...next, status: next.status && [...next.status], cursor: undefined }) })
  }
  const show = useCallback(
    (job: string | null): void => {
      void navigate({ search: (previous) => ({ ...previous, job: job ?? undefined }), replace: true, resetScroll: false })
    },
    [navigate],
  )
  const list = { filter, opened: found.job ?? null, onChange: change, onShow: show }
  return (
    <>
      <PageHead title="Jobs" scope={shown ? 'Newest first, as they were' : 'Newest first, live'} />
      <JobFilters filter={filter} counts={shown ? undefined : counts.data} onChange={change} />
      <div className={found.job === undefined ? undefined : 'job-columns-side'}>
        {shown ? <WindowPage shown={shown} list={list} cursor={found.cursor} /> : <LiveJobs {...list} />}
        {found.job === undefined ? null : (
          <JobPanel
            id={found.job}
            onClose={() => {
              show(null)
            }}
            onNewJob={(job) => {
              show(job.id)
            }}
          />
        )}
      </div>
    </>
  )
}

function WindowPage({ shown, list, cursor }: { shown: TimeWindow; list: Parameters<typeof LiveJobs>[0]; cursor: string | undefined }) {
  const page = useQuery(windowJobsQuery(list.filter, shown, cursor))
  return <WindowJobs {...list} page={page} isFirst={cursor === undefined} />
}
