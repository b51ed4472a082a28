import { useMutation } from '@tanstack/react-query'
import { PencilLine } from 'lucide-react'
import { useState } from 'react'
import { isFinished, retryJob, type Job } from '@/features/jobs/api'
import { ArgumentsForm } from '@/features/jobs/arguments-form'
import { useArguments } from '@/features/jobs/use-arguments'
import { refusalOf } from '@/features/jobs/wish'
import { useActions } from '@/ui/actions'
import { Dialog } from '@/ui/dialog'

/** A new job like this one, with other arguments. */
export function EditAndRetry({ job, onNewJob }: { job: Job; onNewJob: (job: Job) => void }) {
  const [isOpen, setOpen] = useState(false)
  const mayEdit = isFinished(job.status) && job.kwargs !== null
  const edit = (): void => {
    setOpen(true)
  }
  useActions(mayEdit ? [{ id: 'job-edit', label: 'Re-run this job with edits', group: 'Job', run: edit }] : [])
  if (!mayEdit) return null
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={edit}
      >
        <PencilLine size={14} aria-hidden />
        Re-run with edits
      </button>
      <Dialog
        title={`Run ${job.function_name ?? job.function} again`}
        open={isOpen}
        onClose={() => {
          setOpen(false)
        }}
      >
        <EditForm job={job} onNewJob={onNewJob} />
      </Dialog>
    </>
  )
}

function EditForm({ job, onNewJob }: { job: Job; onNewJob: (job: Job) => void }) {
  const retry = useMutation({ mutationFn: (kwargs: Record<string, unknown>) => retryJob(job.id, kwargs), onSuccess: onNewJob })
  const written = useArguments(job.function, job.kwargs ?? {}, () => {
    retry.reset()
  })
  const refusal = refusalOf(retry.error)
  return (
    <form
      className="edit-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (written.value) retry.mutate(written.value)
      }}
    >
      <ArgumentsForm written={written} refusal={refusal.problems.kwargs ?? null} />
      {refusal.rest === null ? null : (
        <p className="action-error" role="alert">
          {refusal.rest}
        </p>
      )}
      <button type="submit" className="button" data-tone="primary" disabled={written.value === null || retry.isPending}>
        Run it
      </button>
    </form>
  )
}
