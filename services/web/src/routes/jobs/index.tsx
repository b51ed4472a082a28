import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import * as v from 'valibot'
import { JOB_STATUSES, jobsQuery, type JobFilter, type JobPage } from '@/features/jobs/api'
import { JobFilters, narrowest } from '@/features/jobs/job-filters'
import { JobTable } from '@/features/jobs/job-table'
import { count } from '@/lib/format'
import { LIVE_LIST_LIMIT } from '@/lib/live-rules'
import { FilteredOut, FirstLines, NeverHadData } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

const optional = <T extends v.GenericSchema>(schema: T) => v.optional(v.fallback(v.optional(schema), undefined))
const search = v.object({
  status: optional(v.array(v.picklist(JOB_STATUSES))),
  function: optional(v.string()),
  worker_id: optional(v.string()),
})

export const Route = createFileRoute('/jobs/')({
  validateSearch: search,
  loaderDeps: ({ search: filter }) => filter,
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchQuery(jobsQuery(deps))
  },
  component: Jobs,
})

function Jobs() {
  const filter: JobFilter = Route.useSearch()
  const navigate = Route.useNavigate()
  const jobs = useQuery(jobsQuery(filter))
  const change = (next: JobFilter): void => {
    void navigate({ search: { status: next.status ? [...next.status] : undefined, function: next.function, worker_id: next.worker_id } })
  }
  return (
    <>
      <PageHead title="Jobs" scope="Newest first, live" />
      <JobFilters filter={filter} onChange={change} />
      <Panel title="Jobs" aside={jobs.data ? totalOf(jobs.data) : null}>
        <QueryView query={jobs} reserve={400}>
          {(page) => (page.jobs.length > 0 ? <JobTable jobs={page.jobs} label="Jobs" /> : <NoJobs filter={filter} onChange={change} />)}
        </QueryView>
      </Panel>
    </>
  )
}

function totalOf(page: JobPage): string {
  const total = page.total === null ? '' : `${page.total_exact === false ? 'over ' : ''}${count(page.total)} in all`
  return page.jobs.length >= LIVE_LIST_LIMIT ? `newest ${String(LIVE_LIST_LIMIT)} · ${total}` : total
}

function NoJobs({ filter, onChange }: { filter: JobFilter; onChange: (filter: JobFilter) => void }) {
  const drop = narrowest(filter)
  if (drop)
    return (
      <FilteredOut
        title="No job matches this filter"
        filter={drop.name}
        onDrop={() => {
          onChange(drop.without)
        }}
      />
    )
  return (
    <NeverHadData title="No job has been enqueued yet">
      <p>The first one appears here by itself.</p>
      <FirstLines code={`MILLSTREAM_URL=${location.origin} millstream enqueue resize --arg image_id=42`} />
    </NeverHadData>
  )
}
