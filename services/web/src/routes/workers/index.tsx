import { useQuery } from '@tanstack/react-query'
import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import * as v from 'valibot'
import { Beneath, FirstJobSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { runningJobsQuery, workersQuery } from '@/features/workers/api'
import { HuesContext, huesOf } from '@/features/workers/function-hue'
import { groupsOf } from '@/features/workers/groups'
import { LossesPanel } from '@/features/workers/losses-panel'
import { PASTS, type Past } from '@/features/workers/past'
import { byWorker } from '@/features/workers/running'
import { WorkerGroup } from '@/features/workers/worker-group'
import { count } from '@/lib/format'
import { optional, optionalText } from '@/lib/search-params'
import { useActions } from '@/ui/actions'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { closeActions, stepActions, useRowSteps } from '@/ui/row-steps'
import { Split } from '@/ui/split'
import { WorkerPanel } from './-components/worker-panel'

export const Route = createFileRoute('/workers/')({
  staticData: { isAlwaysLive: true },
  /** The instance shown beside the others, and how far back. */
  validateSearch: v.object({ worker: optionalText, past: optional(v.picklist(PASTS)) }),
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(workersQuery())
  },
  component: Workers,
})

function Workers() {
  const workers = useQuery(workersQuery())
  const jobs = useQuery(runningJobsQuery()).data?.jobs
  const hues = useMemo(() => huesOf(workers.data?.workers.flatMap(({ functions }) => functions) ?? []), [workers.data])
  const running = useMemo(() => byWorker(jobs ?? []), [jobs])
  const isNew = useWasEmpty(workers.data?.total === 0)
  const { worker: opened, past = '1h' } = Route.useSearch()
  const navigate = useNavigate()
  const onOpen = (worker: string | undefined): void => {
    void navigate({ to: '.', search: (previous) => ({ ...previous, worker }), replace: true, resetScroll: false })
  }
  const onPast = (chosen: Past): void => {
    void navigate({ to: '.', search: (previous) => ({ ...previous, past: chosen === '1h' ? undefined : chosen }), replace: true, resetScroll: false })
  }
  const close = (): void => {
    onOpen(undefined)
  }
  const box = useRef<HTMLDivElement>(null)
  const steps = useRowSteps(box, 'worker', opened, onOpen)
  const show = (): void => {
    const worker = steps.currentKey()
    if (worker !== undefined) onOpen(worker)
  }
  useActions([
    ...stepActions('worker', steps),
    { id: 'workers-show', label: 'Show this worker beside the others', group: 'Workers', keys: 'Enter', isHeardThere: true, run: show },
    ...closeActions('worker', opened, close),
  ])
  return (
    <>
      <PageHead title="Workers" scope={workers.data ? `${count(workers.data.total)} in all, live` : 'The processes that run jobs'} />
      <div className="stack">
        <Beneath steps={isNew ? <FirstJobSteps /> : null}>
          <QueryView query={workers} reserve={240}>
            {(data) => (
              <Split label="Width of the worker beside the others" side={opened === undefined ? null : <WorkerPanel id={opened} workers={data.workers} past={past} onPast={onPast} onClose={close} />}>
                {data.workers.length > 0 ? (
                  <HuesContext value={hues}>
                    <div ref={box} className="stack">
                      {groupsOf(data.workers).map((group) => (
                        <WorkerGroup key={group.id} group={group} running={running} opened={opened} onOpen={onOpen} />
                      ))}
                    </div>
                  </HuesContext>
                ) : (
                  <Panel title="Workers">
                    <Nothing kind="never" title="No worker is there. Jobs wait until one offers their function." />
                  </Panel>
                )}
              </Split>
            )}
          </QueryView>
          <LossesPanel />
        </Beneath>
      </div>
    </>
  )
}
