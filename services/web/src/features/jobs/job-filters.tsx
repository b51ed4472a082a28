import { X } from 'lucide-react'
import { JOB_STATUSES, type JobFilter, type JobStatus } from '@/features/jobs/api'
import { Status, statusWord } from '@/ui/status'

interface JobFiltersProps {
  readonly filter: JobFilter
  readonly onChange: (filter: JobFilter) => void
}

export function JobFilters({ filter, onChange }: JobFiltersProps) {
  const chosen = filter.status ?? []
  const toggle = (status: JobStatus): void => {
    const next = chosen.includes(status) ? chosen.filter((one) => one !== status) : [...chosen, status]
    onChange({ ...filter, status: next.length > 0 ? next : undefined })
  }
  return (
    <div className="chips" role="group" aria-label="Filter jobs">
      {JOB_STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          className="chip"
          aria-pressed={chosen.includes(status)}
          onClick={() => {
            toggle(status)
          }}
        >
          <Status status={status} />
        </button>
      ))}
      {filter.function === undefined ? null : (
        <DropChip
          text={`Function ${filter.function}`}
          onDrop={() => {
            onChange({ ...filter, function: undefined })
          }}
        />
      )}
      {filter.worker_id === undefined ? null : (
        <DropChip
          text={`Worker ${filter.worker_id}`}
          onDrop={() => {
            onChange({ ...filter, worker_id: undefined })
          }}
        />
      )}
    </div>
  )
}

function DropChip({ text, onDrop }: { text: string; onDrop: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed onClick={onDrop} aria-label={`Drop the filter ${text}`}>
      {text}
      <X size={14} aria-hidden />
    </button>
  )
}

/** The narrowest filter, the first to drop when nothing is left; null when none is set. */
export function narrowest(filter: JobFilter): { name: string; without: JobFilter } | null {
  if (filter.worker_id !== undefined) return { name: `worker ${filter.worker_id}`, without: { ...filter, worker_id: undefined } }
  if (filter.status !== undefined)
    return { name: `status ${filter.status.map(statusWord).join(' or ').toLowerCase()}`, without: { ...filter, status: undefined } }
  if (filter.function !== undefined) return { name: `function ${filter.function}`, without: { ...filter, function: undefined } }
  return null
}
