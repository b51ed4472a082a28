import { artifactsQuery, failuresQuery, heldJobKeys, jobJournal, jobQuery, jobTrendsQuery, liveJobCounts, liveJobKeys, timelineQuery, traceCountsQuery, traceTimelineQuery, type ArtifactList } from '@/features/jobs/api'
import { applyJobEvent, applyToPage, applyToRows, applyToTimeline, concerns, isToRead, saysLess } from '@/features/jobs/apply-job-event'
import type { JobEvent } from '@/features/jobs/events'
import { picks } from '@/features/jobs/picked-rows'
import type { ArtifactCreated, ArtifactDeleted, JobsTrendsSnapshot } from '@/generated/payloads'
import type { LiveContext, LiveSlice } from '@/lib/stream/live'
import { known, patch, replace } from '@/lib/stream/patch'
import { refreshSoon } from '@/lib/stream/refresh'

/** One open job is read again more eagerly than a list: it is one row, and somebody waits for its outcome. */
export const JOB_REFRESH_INTERVAL_MS = 1000

function onJobEvent({ client }: LiveContext, event: JobEvent): void {
  jobJournal(client).note(event)
  for (const { key, filter } of liveJobKeys(client)) {
    const before = known(client, key)
    if (!before) continue
    const after = applyToPage(before, filter, event)
    patch(client, key, () => after)
    if (isToRead(before, after, filter, event)) refreshSoon(client, key)
  }
  for (const key of heldJobKeys(client)) patch(client, key, (held) => held && applyToRows(held, event))
  picks.change((picked) => applyToRows(picked, event))
  patch(client, jobQuery(event.job_id).queryKey, (job) => applyJobEvent(job, event))
  for (const tree of treesOf(event)) {
    const size = known(client, tree)?.jobs.length
    const isChanged = patch(client, tree, (timeline) => applyToTimeline(timeline, event))
    if (isChanged && (saysLess(event) || known(client, tree)?.jobs.length !== size)) refreshSoon(client, tree)
  }
}

/** The one its first job begins, and all that its request led to. */
const treesOf = ({ root_id, trace_id }: JobEvent) => [timelineQuery(root_id).queryKey, ...(trace_id ? [traceTimelineQuery(trace_id).queryKey] : [])]

/** A fact also moves the counts, and what events do not carry: the attempts, the traceback, the result. */
function onJobFact(context: LiveContext, event: JobEvent): void {
  onJobEvent(context, event)
  for (const { key, filter } of liveJobCounts(context.client)) if (concerns(filter, event)) refreshSoon(context.client, key)
  if (event.type === 'job.failed') refreshSoon(context.client, failuresQuery().queryKey)
  refreshSoon(context.client, jobQuery(event.job_id).queryKey, JOB_REFRESH_INTERVAL_MS)
  if (event.trace_id) refreshSoon(context.client, traceCountsQuery(event.trace_id).queryKey)
}

function onTrends({ client, sub }: LiveContext, event: JobsTrendsSnapshot): void {
  const { hours, function: key } = sub.params.query ?? {}
  const scope = { hours: Number(hours), function: typeof key === 'string' ? key : undefined }
  replace(client, jobTrendsQuery(scope).queryKey, event.trends)
}

function withArtifact(list: ArtifactList, event: ArtifactCreated | ArtifactDeleted): ArtifactList {
  const others = list.artifacts.filter((one) => one.id !== event.artifact_id)
  const artifacts = event.type === 'artifact.created' && event.artifact ? [...others, event.artifact] : others
  return { ...list, artifacts, total: list.total + artifacts.length - list.artifacts.length }
}

// An artifact has no `seq`: the patch shows it at once, a read settles what is there.
function onArtifact({ client }: LiveContext, event: ArtifactCreated | ArtifactDeleted): void {
  const key = artifactsQuery(event.job_id).queryKey
  patch(client, key, (list) => withArtifact(list, event))
  refreshSoon(client, key)
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
