import { useMutation } from '@tanstack/react-query'
import { PencilLine } from 'lucide-react'
import { useState } from 'react'
import { isFinished, retryJob, type Job } from '@/features/jobs/api'
import { useActions } from '@/ui/actions'
import { Dialog } from '@/ui/dialog'

/** Null for what is not a JSON object: a job's arguments have names. */
export function readArguments(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

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
  const [text, setText] = useState(() => JSON.stringify(job.kwargs, null, 2))
  const edited = readArguments(text)
  const retry = useMutation({ mutationFn: (kwargs: Record<string, unknown>) => retryJob(job.id, kwargs), onSuccess: onNewJob })
  return (
    <form
      className="edit-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (edited) retry.mutate(edited)
      }}
    >
      <label htmlFor="edited-arguments">Arguments, as a JSON object</label>
      <textarea
        id="edited-arguments"
        className="input code"
        rows={Math.min(20, Math.max(6, text.split('\n').length))}
        spellCheck={false}
        value={text}
        aria-invalid={edited === null}
        onChange={(event) => {
          setText(event.target.value)
        }}
      />
      <p className="action-error" role="alert">
        {edited === null ? 'This is not a JSON object.' : retry.error?.message}
      </p>
      <button type="submit" className="button" data-tone="primary" disabled={edited === null || retry.isPending}>
        Run it
      </button>
    </form>
  )
}
