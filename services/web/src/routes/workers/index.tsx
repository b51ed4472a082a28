import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Beneath, FirstJobSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { runningJobsQuery, workersQuery } from '@/features/workers/api'
import { byWorker } from '@/features/workers/running'
import { WorkerGroup } from '@/features/workers/worker-group'
import { count } from '@/lib/format'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

export const Route = createFileRoute('/workers/')({
  staticData: { isAlwaysLive: true },
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(workersQuery())
  },
  component: Workers,
})

function Workers() {
  const workers = useQuery(workersQuery())
  const jobs = useQuery(runningJobsQuery()).data?.jobs
  const running = useMemo(() => byWorker(jobs ?? []), [jobs])
  const isNew = useWasEmpty(workers.data?.total === 0)
  return (
    <>
      <PageHead title="Workers" scope={workers.data ? `${count(workers.data.total)} in all, live` : 'The processes that run jobs'} />
      <div className="stack">
        <Beneath steps={isNew ? <FirstJobSteps /> : null}>
          <QueryView query={workers} reserve={240}>
            {(data) =>
              data.workers.length > 0 ? (
                <div className="stack">
                  {data.workers.map((worker) => (
                    <WorkerGroup key={worker.name} worker={worker} running={running} />
                  ))}
                </div>
              ) : (
                <Panel title="Workers">
                  <Nothing kind="never" title="No worker is there. Jobs wait until one offers their function." />
                </Panel>
              )
            }
          </QueryView>
        </Beneath>
      </div>
    </>
  )
}
