import { RotateCw } from 'lucide-react'
import { isFinished, retryJob, type Job } from '@/features/jobs/api'
import { ActionButton } from '@/ui/action-button'

const OFFER = { id: 'job-retry', label: 'Re-run this job', group: 'Job' }

/** A finished job never changes: running it again makes a new job. */
export function RetryJob({ job, onNewJob }: { job: Job; onNewJob: (job: Job) => void }) {
  if (!isFinished(job.status)) return null
  return (
    <ActionButton offer={OFFER} tone="primary" act={() => retryJob(job.id)} onDone={onNewJob}>
      <RotateCw size={14} aria-hidden />
      Re-run
    </ActionButton>
  )
}
