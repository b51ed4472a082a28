import { X } from 'lucide-react'
import { JOB_STATUSES, type JobCounts, type JobStatus } from '@/features/jobs/api'
import { wordsOf } from '@/features/jobs/filter-words'
import type { JobFilter } from '@/features/jobs/job-filter'
import { QueryBox } from '@/features/jobs/query-box'
import { count } from '@/lib/format'
import { Status } from '@/ui/status'
import { TookField } from '@/ui/took-field'

interface JobFiltersProps {
  readonly filter: JobFilter
  readonly counts: JobCounts | undefined
  /** What the server has against the search. */
  readonly problem: string | null
  readonly onChange: (filter: JobFilter) => void
}

export function JobFilters({ filter, counts, problem, onChange }: JobFiltersProps) {
  const chosen = filter.status ?? NONE
  return (
    <div className="chips" role="group" aria-label="Filter jobs">
      {JOB_STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          className="chip"
          aria-pressed={chosen.includes(status)}
          title={CHIP_HINT}
          onClick={({ shiftKey }) => {
            const next = chosenBy(chosen, status, shiftKey)
            onChange({ ...filter, status: next.length > 0 ? next : undefined })
          }}
        >
          <Status status={status} />
          <span className="num faint job-count">{countOf(counts, status)}</span>
        </button>
      ))}
      {wordsOf(filter)
        .filter(({ of }) => !SHOWN_ELSEWHERE.includes(of))
        .map(({ text, without }) => (
          <DropChip
            key={text}
            text={text}
            onDrop={() => {
              onChange(without)
            }}
          />
        ))}
      <div className="job-boxes">
        <TookField
          least={filter.min_duration_ms}
          below={filter.below_duration_ms}
          onChange={({ least, below }) => {
            onChange({ ...filter, min_duration_ms: least, below_duration_ms: below })
          }}
        />
        <QueryBox
          filter={filter}
          problem={problem}
          onAsk={(asked) => {
            onChange({ ...filter, ...asked })
          }}
        />
      </div>
    </div>
  )
}

const NONE: readonly JobStatus[] = []
const CHIP_HINT = 'Only these, at another click all again; with Shift these too, or no longer these'

/** What is chosen after a chip: only its status, or none where it was that already; with Shift the others stay as they are. */
export function chosenBy(chosen: readonly JobStatus[], status: JobStatus, isShift: boolean): readonly JobStatus[] {
  const isChosen = chosen.includes(status)
  if (!isShift) return isChosen && chosen.length === 1 ? NONE : [status]
  return isChosen ? chosen.filter((one) => one !== status) : [...chosen, status]
}

/** The statuses have their chips, the search its box. */
const SHOWN_ELSEWHERE: readonly (keyof JobFilter)[] = ['status', 'q']

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
