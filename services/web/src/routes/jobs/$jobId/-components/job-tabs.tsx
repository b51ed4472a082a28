import type { UseQueryResult } from '@tanstack/react-query'
import { isFinished, type ArtifactList, type JobDetail } from '@/features/jobs/api'
import { AttemptComparison } from '@/features/jobs/attempt-comparison'
import { AttemptTable } from '@/features/jobs/attempt-table'
import { JobError } from '@/features/jobs/job-error'
import { JobFacts } from '@/features/jobs/job-facts'
import { Payload } from '@/features/jobs/payload'
import { count } from '@/lib/format'
import { NoPermission, Nothing } from '@/ui/nothing'
import { Tabs } from '@/ui/tabs'
import { JobArtifactsTab } from './job-artifacts-tab'
import { JobEventsTab } from './job-events-tab'
import { JobLogTab, type LogSearch } from './job-log-tab'
import { TABS, type Tab } from './tabs'

const WORDS: Record<Tab, string> = { input: 'Input', output: 'Output', error: 'Error', attempts: 'Attempts', logs: 'Logs', artifacts: 'Artifacts', events: 'Events', details: 'Details', raw: 'Raw' }

/** What a reader most likely came for. */
export function usualTab(job: JobDetail): Tab {
  if (job.status === 'failed' || job.status === 'retrying') return 'error'
  if (job.status === 'complete') return 'output'
  return job.status === 'active' ? 'logs' : 'input'
}

export interface TabSearch extends LogSearch {
  /** The attempts that stand side by side. */
  readonly compare?: number[] | undefined
  /** The artifact that is shown whole. */
  readonly artifact?: string | undefined
  /** Nothing of the tree's rows is chosen any more. */
  readonly span?: undefined
}

interface JobTabsProps {
  readonly job: JobDetail
  readonly current: Tab
  readonly artifacts: UseQueryResult<ArtifactList>
  readonly search: TabSearch
  /** The attempt chosen in the timeline. */
  readonly picked: number | null
  readonly onSearch: (search: TabSearch) => void
}

export function JobTabs({ job, current, artifacts, search, picked, onSearch }: JobTabsProps) {
  return (
    <section className="panel" aria-label="About this job">
      <TabList current={current} jobId={job.id} counts={{ attempts: job.attempts, artifacts: artifacts.data?.total }} />
      <div role="tabpanel" aria-label={WORDS[current]}>
        {current === 'artifacts' ? (
          <JobArtifactsTab
            artifacts={artifacts}
            opened={search.artifact}
            onShow={(artifact) => {
              onSearch({ artifact })
            }}
          />
        ) : current === 'logs' ? (
          <JobLogTab
            key={job.id}
            job={job}
            search={search}
            picked={picked}
            onChange={onSearch}
            onUnpick={() => {
              onSearch({ span: undefined })
            }}
          />
        ) : current === 'events' ? (
          <JobEventsTab job={job} />
        ) : (
          <TabContent tab={current} job={job} search={search} onSearch={onSearch} />
        )}
      </div>
    </section>
  )
}

function TabList({ current, jobId, counts }: { current: Tab; jobId: string; counts: Partial<Record<Tab, number>> }) {
  return (
    <Tabs
      label="About this job"
      current={current}
      tabs={TABS.map((tab) => ({
        key: tab,
        door: { to: '/jobs/$jobId', params: { jobId }, search: (previous: object) => ({ ...previous, tab }) },
        children: (
          <>
            {WORDS[tab]}
            {counts[tab] ? <span className="faint num"> {count(counts[tab])}</span> : null}
          </>
        ),
      }))}
    />
  )
}

interface TabContentProps extends Pick<JobTabsProps, 'job' | 'search' | 'onSearch'> {
  readonly tab: Exclude<Tab, 'artifacts' | 'logs' | 'events'>
}

function TabContent({ tab, job, search, onSearch }: TabContentProps) {
  switch (tab) {
    case 'attempts':
      return (
        <>
          <AttemptTable attempts={job.attempts_log} />
          <AttemptComparison
            attempts={job.attempts_log}
            asked={search.compare}
            onAsk={(compare) => {
              onSearch({ compare: [...compare] })
            }}
          />
        </>
      )
    case 'input':
      return <Payload value={job.kwargs} label={WORDS[tab]} missing={<NoPayloads />} />
    case 'output':
      return <Payload value={job.result} label={WORDS[tab]} missing={mayReadPayloads(job) ? <Nothing kind={isFinished(job.status) ? 'none' : 'never'} title={isFinished(job.status) ? 'This job returned nothing.' : 'No result yet.'} /> : <NoPayloads />} />
    case 'details':
      return (
        <div className="panel-body job-details">
          <JobFacts job={job} />
        </div>
      )
    case 'error':
      return <JobError job={job} />
    case 'raw':
      return <Payload value={job} label={WORDS[tab]} missing={null} />
  }
}

/** Every job has arguments, if only none of them: where they are null, the key may not read what is in a job. */
const mayReadPayloads = (job: JobDetail): boolean => job.kwargs !== null

const NoPayloads = () => <NoPermission detail="Arguments, results and tracebacks need the scope payloads:read." />
