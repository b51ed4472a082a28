import { useQuery } from '@tanstack/react-query'
import type { ApiRequestEvent } from '@/features/apis/api'
import { timelineQuery, type Artifact, type JobDetail } from '@/features/jobs/api'
import { TreeChoices } from '@/features/jobs/tree-choices'
import { TreeJobs } from '@/features/jobs/tree-jobs'
import type { TreeView } from '@/features/jobs/tree-view'
import { Waterfall } from '@/features/jobs/waterfall'
import { ApiProblem } from '@/lib/api-client'
import { count } from '@/lib/format'
import { Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

interface JobTreeProps {
  readonly job: JobDetail
  /** What the tree came from; null where the log does not hold it. */
  readonly request: ApiRequestEvent | null
  readonly artifacts: readonly Artifact[]
  readonly now: number
  readonly view: TreeView
  readonly onView: (change: TreeView) => void
  readonly onOpen: (jobId: string) => void
  readonly onOpenRequest: (request: ApiRequestEvent) => void
}

/** The whole tree the job is of. Of a root no longer kept, the job alone. */
export function JobTree({ job, request, artifacts, now, view, onView, onOpen, onOpenRequest }: JobTreeProps) {
  const rootId = job.root_id ?? job.id
  const timeline = useQuery(timelineQuery(rootId))
  const isRootGone = timeline.error instanceof ApiProblem && timeline.error.status === 404
  const total = timeline.data?.total ?? null
  const draw = (jobs: readonly JobDetail[] | NonNullable<typeof timeline.data>['jobs']) => (
    <Waterfall
      request={request}
      jobs={jobs}
      current={job.id}
      attempts={job.attempts_log}
      markers={artifacts.map((one) => ({ at: Date.parse(one.created_at), label: `${one.name} stored` }))}
      now={now}
      view={view}
      onView={onView}
      onOpen={onOpen}
      onOpenRequest={onOpenRequest}
    />
  )
  return (
    <Panel
      title="Timeline"
      aside={
        <>
          {isRootGone ? 'The first job of this tree is no longer kept' : <TreeJobs rootId={rootId} total={total} />}{' '}
          <TreeChoices view={view} onView={onView} />
        </>
      }
    >
      {isRootGone ? draw([job]) : <QueryView query={timeline}>{(tree) => draw(tree.jobs)}</QueryView>}
      {timeline.data?.has_more ? <p className="table-foot">The first {count(timeline.data.jobs.length)} of {count(total)} jobs.</p> : null}
    </Panel>
  )
}
