import { Link } from '@tanstack/react-router'
import type { Job } from '@/features/jobs/api'

const MOST_CELLS = 32

interface SlotsProps {
  readonly taken: number
  readonly total: number
  /** What is in the taken ones, as far as it is known. */
  readonly jobs?: readonly Job[] | undefined
}

/** One cell for each slot, a taken one a door to its job; one bar where there are too many to count. */
export function Slots({ taken, total, jobs = [] }: SlotsProps) {
  if (total > MOST_CELLS)
    return (
      <span className="slot-bar" aria-hidden>
        <i style={{ transform: `scaleX(${String(Math.min(1, taken / total))})` }} />
      </span>
    )
  return (
    <span className="slots" aria-hidden>
      {Array.from({ length: total }, (_, index) => (
        <Cell key={index} isTaken={index < taken} job={index < taken ? jobs[index] : undefined} />
      ))}
    </span>
  )
}

function Cell({ isTaken, job }: { isTaken: boolean; job: Job | undefined }) {
  if (!job) return <i data-used={isTaken} />
  return (
    <Link to="/jobs/$jobId" params={{ jobId: job.id }} title={`${job.function_name ?? job.function} · ${job.id}`} tabIndex={-1}>
      <i data-used />
    </Link>
  )
}
