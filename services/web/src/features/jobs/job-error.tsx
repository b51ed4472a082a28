import { Link } from '@tanstack/react-router'
import { ChooseEditor } from '@/features/code/choose-editor'
import type { JobDetail } from '@/features/jobs/api'
import { TracebackView } from '@/features/jobs/traceback-view'
import { CopyButton } from '@/ui/copy-button'
import { Nothing } from '@/ui/nothing'

/** The newest error, be it of an attempt before one that went well. */
export function newestError(job: Pick<JobDetail, 'traceback' | 'error' | 'attempts_log'>) {
  const attempt = job.attempts_log?.findLast(({ error }) => error !== null)
  const text = job.traceback ?? attempt?.traceback ?? job.error ?? attempt?.error
  return { attempt, text, told: job.attempts_log?.findLast(({ traceback }) => traceback !== null && traceback === text) }
}

export function JobError({ job }: { job: JobDetail }) {
  const { attempt, text, told } = newestError(job)
  if (!text) return <Nothing kind="none" title="No attempt of this job has failed." />
  return (
    <div className="panel-body">
      {job.error === null && attempt ? <p className="faint">Attempt {attempt.attempt}; a later one went well.</p> : null}
      <div className="error-head">
        {job.error_fingerprint === null ? null : (
          <Link to="/jobs" search={{ function: job.function, fingerprint: job.error_fingerprint }}>
            Jobs that failed like this
          </Link>
        )}
        <span className="error-tools">
          <ChooseEditor />
          <CopyButton text={text} label="Copy error" />
        </span>
      </div>
      <TracebackView text={text} version={attempt?.version ?? null} locals={told?.locals ?? null} />
      {attempt?.has_locals && attempt.locals === null ? <Nothing kind="forbidden" title="What the variables of its frames held is kept. To read it your key needs the scope payloads:read." /> : null}
    </div>
  )
}
