import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'

/** To the function a job runs. `isQuiet`: where it is a head already. */
export function FunctionLink({ job, isQuiet = false }: { job: Pick<Job, 'function' | 'function_name'>; isQuiet?: boolean }) {
  return (
    <Link to="/functions/$name" params={{ name: job.function }} className={isQuiet ? 'quiet' : undefined}>
      {job.function_name ?? job.function}
    </Link>
  )
}
