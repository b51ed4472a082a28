import type { UseQueryResult } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { JobPage } from '@/features/jobs/api'
import { count } from '@/lib/format'
import { NotSoFar } from '@/ui/looked-back'
import { QueryView } from '@/ui/query-view'
import { JobRows, NoJobs, PickedAbove } from './job-rows'
import type { JobListProps } from './live-jobs'

/** What was there, a page at a time, as the server has it; no event touches it. */
export function WindowJobs({ filter, opened, choice, onChange, onShow, page, isFirst }: JobListProps & { page: UseQueryResult<JobPage>; isFirst: boolean }) {
  const navigate = useNavigate({ from: '/jobs/' })
  return (
    <section className="panel" aria-label="The list of jobs">
      <QueryView query={page} reserve={400}>
        {(data) =>
          data.jobs.length > 0 ? (
            <JobRows filter={filter} jobs={data.jobs} opened={opened} onShow={onShow} above={null} total={totalOf(data)} choice={choice} />
          ) : (
            <>
              <PickedAbove />
              {data.next_cursor && data.scanned_until ? (
                <NotSoFar noun="job" until={data.scanned_until} isLooking={page.isPlaceholderData} onMore={() => void navigate({ search: (previous) => ({ ...previous, cursor: data.next_cursor ?? undefined }) })} />
              ) : (
                <NoJobs filter={filter} onChange={onChange} isWindow />
              )}
            </>
          )
        }
      </QueryView>
      <nav className="pager" aria-label="Pages of jobs">
        {isFirst ? null : (
          <Link from="/jobs/" to="/jobs" search={(previous) => ({ ...previous, cursor: undefined })} className="button">
            Newest
          </Link>
        )}
        {page.data?.next_cursor ? (
          <Link from="/jobs/" to="/jobs" search={(previous) => ({ ...previous, cursor: page.data.next_cursor ?? undefined })} className="button">
            Older
          </Link>
        ) : null}
      </nav>
    </section>
  )
}

const totalOf = ({ total, total_exact }: JobPage): string => `${total_exact === false ? 'at least ' : ''}${count(total)} in this range`
