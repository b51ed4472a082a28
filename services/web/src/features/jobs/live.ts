import { artifactsQuery, filterOf, jobQuery, jobTrendsQuery, liveJobLists, timelineQuery, type ArtifactList } from '@/features/jobs/api'
import { applyJobEvent, applyToPage, applyToTimeline } from '@/features/jobs/apply-job-event'
import type { JobEvent } from '@/features/jobs/events'
import type { JobPage } from '@/features/jobs/api'
import type { ArtifactCreated, ArtifactDeleted, JobsTrendsSnapshot } from '@/generated/payloads'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'

function onJobEvent({ client }: LiveContext, event: JobEvent): void {
  for (const query of client.getQueryCache().findAll(liveJobLists)) {
    const filter = filterOf(query.queryKey)
    client.setQueryData<JobPage>(query.queryKey, (page) => page && applyToPage(page, filter, event))
  }
  client.setQueryData(jobQuery(event.job_id).queryKey, (job) => job && applyJobEvent(job, event))
  client.setQueryData(timelineQuery(event.root_id).queryKey, (timeline) => timeline && applyToTimeline(timeline, event))
}

/** The job's own page also shows what events do not carry: attempts, traceback, result. */
function onJobFact(context: LiveContext, event: JobEvent): void {
  onJobEvent(context, event)
  void context.client.invalidateQueries(jobQuery(event.job_id))
}

function onTrends({ client, sub }: LiveContext, event: JobsTrendsSnapshot): void {
  const { hours, function: key } = sub.params.query ?? {}
  const scope = { hours: Number(hours), function: typeof key === 'string' ? key : undefined }
  client.setQueryData(jobTrendsQuery(scope).queryKey, event.trends)
}

const without = (list: ArtifactList, id: string): ArtifactList['artifacts'] => list.artifacts.filter((one) => one.id !== id)

function onArtifact({ client }: LiveContext, event: ArtifactCreated | ArtifactDeleted): void {
  client.setQueryData(artifactsQuery(event.job_id).queryKey, (list) => {
    if (!list) return list
    const others = without(list, event.artifact_id)
    const artifacts = event.type === 'artifact.created' && event.artifact ? [...others, event.artifact] : others
    return { ...list, artifacts, total: list.total + artifacts.length - list.artifacts.length }
  })
}

export const jobsLive: LiveSlice = {
  'job.queued': onJobFact,
  'job.started': onJobFact,
  'job.progress': onJobEvent,
  'job.completed': onJobFact,
  'job.failed': onJobFact,
  'job.retrying': onJobFact,
  'job.cancelled': onJobFact,
  'jobs.trends.snapshot': onTrends,
  'artifact.created': onArtifact,
  'artifact.deleted': onArtifact,
}
