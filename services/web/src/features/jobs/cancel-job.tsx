import { useQueryClient } from '@tanstack/react-query'
import { Ban } from 'lucide-react'
import { cancelJob, isFinished, jobQuery, type Job } from '@/features/jobs/api'
import { ActionButton } from '@/ui/action-button'

const OFFER = { id: 'job-cancel', label: 'Cancel this job', group: 'Job' }

export function CancelJob({ job }: { job: Job }) {
  const client = useQueryClient()
  if (isFinished(job.status)) return null
  if (job.cancel_requested_at !== null) return <span className="faint">Cancelling: waiting for the worker to stop it</span>
  return (
    <ActionButton offer={OFFER} tone="danger" act={() => cancelJob(job.id)} onDone={() => void client.invalidateQueries(jobQuery(job.id))}>
      <Ban size={14} aria-hidden />
      Cancel
    </ActionButton>
  )
}
