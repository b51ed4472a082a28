import { X } from 'lucide-react'
import { JOB_STATUSES, type JobCounts, type JobFilter, type JobStatus } from '@/features/jobs/api'
import { QueryBox } from '@/features/jobs/query-box'
import { TookField, tookText, WITHOUT_TOOK } from '@/features/jobs/took-field'
import { count } from '@/lib/format'
import { Status, statusWord } from '@/ui/status'

interface JobFiltersProps {
  readonly filter: JobFilter
  readonly counts: JobCounts | undefined
  /** What the server has against the search. */
  readonly problem: string | null
  readonly onChange: (filter: JobFilter) => void
}

export function JobFilters({ filter, counts, problem, onChange }: JobFiltersProps) {
  const chosen = filter.status ?? []
  const took = tookText(filter)
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
          <span className="num faint job-count">{countOf(counts, status)}</span>
        </button>
      ))}
      {DROPPABLE.map(({ name, word }) => {
        const value = filter[name]
        return value === undefined ? null : (
          <DropChip
            key={name}
            text={`${word} ${value}`}
            onDrop={() => {
              onChange({ ...filter, [name]: undefined })
            }}
          />
        )
      })}
      {took === null ? null : (
        <DropChip
          text={took}
          onDrop={() => {
            onChange({ ...filter, ...WITHOUT_TOOK })
          }}
        />
      )}
      <div className="job-boxes">
        <TookField filter={filter} onChange={onChange} />
        <QueryBox
          value={filter.q ?? ''}
          problem={problem}
          onAsk={(asked) => {
            onChange({ ...filter, ...asked })
          }}
        />
      </div>
    </div>
  )
}

const DROPPABLE = [
  { name: 'function', word: 'Function' },
  { name: 'worker_id', word: 'Worker' },
  { name: 'interrupted_by', word: 'Interrupted on' },
  { name: 'root_id', word: 'Tree of' },
  { name: 'fingerprint', word: 'Failures of kind' },
  { name: 'trace_id', word: 'Trace' },
] as const

function countOf(counts: JobCounts | undefined, status: JobStatus): string {
  if (!counts) return '–'
  const { total, total_exact } = counts[status]
  return total_exact ? count(total) : `${count(total)}+`
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
  if (filter.q !== undefined) return { name: `search “${filter.q}”`, without: { ...filter, q: undefined } }
  if (filter.fingerprint !== undefined) return { name: `failures of kind ${filter.fingerprint}`, without: { ...filter, fingerprint: undefined } }
  if (filter.trace_id !== undefined) return { name: `trace ${filter.trace_id}`, without: { ...filter, trace_id: undefined } }
  const took = tookText(filter)
  if (took !== null) return { name: took.toLowerCase(), without: { ...filter, ...WITHOUT_TOOK } }
  if (filter.root_id !== undefined) return { name: `tree of ${filter.root_id}`, without: { ...filter, root_id: undefined } }
  if (filter.interrupted_by !== undefined) return { name: `interrupted on ${filter.interrupted_by}`, without: { ...filter, interrupted_by: undefined } }
  if (filter.worker_id !== undefined) return { name: `worker ${filter.worker_id}`, without: { ...filter, worker_id: undefined } }
  if (filter.status !== undefined)
    return { name: `status ${filter.status.map(statusWord).join(' or ').toLowerCase()}`, without: { ...filter, status: undefined } }
  if (filter.function !== undefined) return { name: `function ${filter.function}`, without: { ...filter, function: undefined } }
  return null
}
