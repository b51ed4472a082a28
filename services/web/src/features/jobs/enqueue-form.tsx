// A job asked for by hand. What is written stays, whatever the server says to it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { enqueueJob, jobQuery, recentArgumentsQuery } from '@/features/jobs/api'
import { argumentsPreview } from '@/features/jobs/arguments'
import { ArgumentsForm } from '@/features/jobs/arguments-form'
import { CopyJob } from '@/features/jobs/copy-job'
import { EnqueueOptions } from '@/features/jobs/enqueue-options'
import { JobLink } from '@/features/jobs/job-origin'
import { useArguments } from '@/features/jobs/use-arguments'
import { emptyDraft, readDraft, refusalOf, type Draft } from '@/features/jobs/wish'
import { Status } from '@/ui/status'

export function EnqueueForm({ functionKey }: { functionKey: string }) {
  const client = useQueryClient()
  const [draft, setDraft] = useState(emptyDraft)
  const enqueue = useMutation({ mutationFn: enqueueJob, onSuccess: () => void client.invalidateQueries(recentArgumentsQuery(functionKey)) })
  // What the server had against what was written is no news of what is written now.
  const forget = (): void => {
    if (enqueue.isError) enqueue.reset()
  }
  const written = useArguments(functionKey, NOTHING, forget)
  const { wish, problems } = readDraft(functionKey, written.value, draft)
  const refusal = refusalOf(enqueue.error)
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part })
    forget()
  }
  const shown = { ...refusal.problems, ...problems }
  return (
    <form
      className="panel-body enqueue-form"
      aria-label="Enqueue a job"
      onSubmit={(event) => {
        event.preventDefault()
        if (wish && !enqueue.isPending) enqueue.mutate(wish)
      }}
    >
      <Presets
        functionKey={functionKey}
        onChoose={(kwargs) => {
          written.write(JSON.stringify(kwargs, null, 2))
        }}
      />
      <ArgumentsForm written={written} refusal={shown.kwargs ?? null} />
      <EnqueueOptions draft={draft} problems={shown} onChange={change} />
      <div className="enqueue-end">
        <button type="submit" className="button" data-tone="primary" disabled={wish === null || enqueue.isPending}>
          <Play size={14} aria-hidden />
          Run it
        </button>
        <CopyJob job={wish ? { ...wish, kwargs: wish.kwargs ?? {} } : { function: functionKey, kwargs: {} }} isDisabled={wish === null} />
        {refusal.rest === null ? null : (
          <p className="action-error" role="alert">
            {refusal.rest}
          </p>
        )}
        {enqueue.data ? <Enqueued key={enqueue.data.job.id} id={enqueue.data.job.id} isNew={enqueue.data.isNew} /> : null}
      </div>
    </form>
  )
}

const NOTHING = {}

function Presets({ functionKey, onChoose }: { functionKey: string; onChoose: (kwargs: Record<string, unknown>) => void }) {
  const { data } = useQuery(recentArgumentsQuery(functionKey))
  if (!data) return <div className="enqueue-presets" />
  if (data.isForbidden) return <p className="enqueue-presets faint">What earlier jobs were given is not shown: that needs the scope payloads:read.</p>
  if (data.presets.length === 0) return <p className="enqueue-presets faint">The arguments of the newest jobs are offered here once there are some.</p>
  return (
    <div className="enqueue-presets" role="group" aria-label="As the newest jobs were given">
      <span className="faint">As before:</span>
      {data.presets.map((kwargs) => {
        const text = JSON.stringify(kwargs)
        return (
          <button
            key={text}
            type="button"
            className="chip"
            title={text}
            onClick={() => {
              onChoose(kwargs)
            }}
          >
            <span className="enqueue-preset">{argumentsPreview(kwargs) ?? text}</span>
          </button>
        )
      })}
    </div>
  )
}

/** What became of the wish, as it goes on. */
export function Enqueued({ id, isNew }: { id: string; isNew: boolean }) {
  const { data: job } = useQuery(jobQuery(id))
  return (
    <p role="status" className="enqueue-made">
      {isNew ? 'Enqueued' : 'The job with this idempotency key is'} <JobLink id={id} />
      {job ? <Status status={job.status} /> : null}
    </p>
  )
}
