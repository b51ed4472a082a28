import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import * as v from 'valibot'
import { useWindow } from '@/components/use-range'
import { functionQuery, type FunctionDetail } from '@/features/functions/api'
import { DispatchReasons } from '@/features/functions/dispatch-reasons'
import { PauseFunction } from '@/features/functions/pause-function'
import { isDrifting } from '@/features/functions/settings'
import { TriggerPill } from '@/features/functions/trigger-pill'
import { optional, optionalText } from '@/lib/search-params'
import { PageHead } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { Tabs } from '@/ui/tabs'
import { ConfigurationTab } from './-components/configuration-tab'
import { JobsTab } from './-components/jobs-tab'
import { OverviewTab } from './-components/overview-tab'
import { RunButton, RunPanel } from './-components/run-panel'
import { ScheduleTab } from './-components/schedule-tab'

export const Route = createFileRoute('/functions/$name/')({
  /** `run`: the form that enqueues a job is open. `job` and `columns`: as the list of jobs has them. */
  validateSearch: v.object({
    run: optional(v.literal(true)),
    tab: optional(v.picklist(['jobs', 'schedule', 'configuration'])),
    job: optionalText,
    columns: optional(v.pipe(v.string(), v.maxLength(511))),
  }),
  loader: ({ context, params }) => {
    void context.queryClient.prefetchQuery(functionQuery(params.name))
  },
  component: FunctionPage,
})

function FunctionPage() {
  const { name } = Route.useParams()
  const { run = false, tab, job, columns } = Route.useSearch()
  const navigate = Route.useNavigate()
  const showRun = (isOpen: boolean): void => {
    void navigate({ search: (previous) => ({ ...previous, run: isOpen || undefined }), replace: true, resetScroll: false })
  }
  const shown = useWindow()
  const info = useQuery(functionQuery(name))
  return (
    <>
      <PageHead title={info.data?.name ?? name} scope={info.data ? <Scope info={info.data} /> : 'Function'}>
        {info.data ? (
          <RunButton
            onRun={() => {
              showRun(true)
            }}
          />
        ) : null}
        {info.data ? <PauseFunction info={info.data} /> : null}
      </PageHead>
      <FunctionTabs current={tab ?? 'overview'} info={info.data} />
      <QueryView query={info} reserve={90}>
        {(data) => (
          <div className="stack">
            {run ? (
              <RunPanel
                key={name}
                name={name}
                onClose={() => {
                  showRun(false)
                }}
              />
            ) : null}
            <DispatchReasons info={data} />
            {tab === 'jobs' ? <JobsTab name={data.key} shown={shown} job={job} columns={columns} /> : null}
            {tab === 'schedule' ? <ScheduleTab info={data} shown={shown} /> : null}
            {tab === 'configuration' ? <ConfigurationTab info={data} /> : null}
            {tab === undefined ? <OverviewTab info={data} shown={shown} /> : null}
          </div>
        )}
      </QueryView>
    </>
  )
}

function Scope({ info }: { info: FunctionDetail }) {
  const words = `Function ${info.key}${info.active === false ? ', offered by no worker' : ''}`
  if (info.pattern === null && info.schedule === null) return words
  return (
    <>
      {words} <TriggerPill of={info} />
    </>
  )
}

const TABS = [
  { key: 'overview', tab: undefined, word: 'Overview' },
  { key: 'jobs', tab: 'jobs', word: 'Jobs' },
  { key: 'schedule', tab: 'schedule', word: 'Schedule' },
  { key: 'configuration', tab: 'configuration', word: 'Configuration' },
] as const

function FunctionTabs({ current, info }: { current: (typeof TABS)[number]['key']; info: FunctionDetail | undefined }) {
  const isApart = isDrifting(info?.settings)
  const tabs = TABS.filter(({ key }) => key !== 'schedule' || key === current || typeof info?.schedule === 'string')
  return (
    <Tabs
      label="About this function"
      className="page-tabs"
      current={current}
      tabs={tabs.map(({ key, tab, word }) => ({
        key,
        door: { to: '.', search: (previous: object) => ({ ...previous, tab, job: undefined }) },
        children: (
          <>
            {word}
            {key === 'schedule' && info?.schedule_paused ? <span className="status-retrying"> · paused</span> : null}
            {key === 'configuration' && isApart ? <span className="status-retrying"> · workers disagree</span> : null}
          </>
        ),
      }))}
    />
  )
}
