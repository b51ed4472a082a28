import { useQuery } from '@tanstack/react-query'
import { useChangeRange } from '@/components/use-range'
import { jobsQuery, type JobPage } from '@/features/jobs/api'
import { usePicked } from '@/features/bulk/picks'
import type { ColumnChoice } from '@/features/jobs/column-choice'
import { useHeldList } from '@/features/jobs/held-list'
import type { JobFilter } from '@/features/jobs/job-filter'
import { count } from '@/lib/format'
import { LIVE_LIST_LIMIT } from '@/lib/live-rules'
import { useWithin } from '@/ui/held'
import { LookedBack, NotSoFar } from '@/ui/looked-back'
import { QueryView } from '@/ui/query-view'
import { JobRows, NoJobs, PickedAbove } from './job-rows'

export interface JobListProps {
  readonly filter: JobFilter
  readonly opened: string | null
  readonly choice: ColumnChoice
  readonly onChange: (filter: JobFilter) => void
  readonly onShow: (job: string | null) => void
}

/** The newest jobs as they come, unless somebody is in them: then they hold still, and what came is counted. */
export function LiveJobs({ filter, opened, choice, onChange, onShow }: JobListProps) {
  const jobs = useQuery(jobsQuery(filter))
  const { isWithin, holder } = useWithin()
  const picked = usePicked()
  const { lookBefore } = useChangeRange()
  const until = jobs.data?.scanned_until
  const back = until ? { until, onMore: () => { lookBefore(Date.parse(until)) } } : null
  const list = useHeldList(filter, jobs.data?.jobs ?? [], isWithin || picked.ids.size > 0 || opened !== null)
  return (
    <section className="panel" aria-label="The list of jobs">
      <QueryView query={jobs} reserve={400}>
        {(page) =>
          list.rows.length > 0 ? (
            <div {...holder}>
              <JobRows
                filter={filter}
                jobs={list.rows}
                opened={opened}
                onShow={onShow}
                total={totalOf(page)}
                choice={choice}
                above={
                  list.newCount > 0 ? (
                    <button type="button" className="button" onClick={list.letIn}>
                      {list.newCount >= LIVE_LIST_LIMIT ? `${String(LIVE_LIST_LIMIT)}+` : count(list.newCount)} new ↑
                    </button>
                  ) : null
                }
              />
              {back ? <LookedBack {...back} /> : null}
            </div>
          ) : (
            <>
              <PickedAbove />
              {back ? <NotSoFar noun="job" {...back} /> : <NoJobs filter={filter} onChange={onChange} />}
            </>
          )
        }
      </QueryView>
    </section>
  )
}

function totalOf(page: JobPage): string {
  const total = `${page.total_exact ? '' : 'at least '}${count(page.total)} in all`
  return page.jobs.length >= LIVE_LIST_LIMIT ? `newest ${String(page.jobs.length)} · ${total}` : total
}
