import { X } from 'lucide-react'
import { useState } from 'react'
import type { RequestFilter } from '@/features/apis/request-filter'

interface RequestFiltersProps {
  readonly filter: RequestFilter
  readonly onChange: (filter: RequestFilter) => void
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const STATUS = /^[1-5]\d\d$/

/** Method, status and what was clicked elsewhere: an endpoint's path, an instance. */
export function RequestFilters({ filter, onChange }: RequestFiltersProps) {
  return (
    <div className="chips chips-inset" role="group" aria-label="Filter requests">
      <select
        className="input"
        aria-label="Method"
        value={filter.method ?? ''}
        onChange={(event) => {
          onChange({ ...filter, method: event.target.value || undefined })
        }}
      >
        <option value="">Any method</option>
        {[...new Set([...METHODS, ...(filter.method ? [filter.method] : [])])].map((method) => (
          <option key={method}>{method}</option>
        ))}
      </select>
      <StatusField key={filter.status} filter={filter} onChange={onChange} />
      {filter.path === undefined ? null : (
        <DropChip
          text={filter.path}
          onDrop={() => {
            onChange({ ...filter, path: undefined })
          }}
        />
      )}
      {filter.instance_id === undefined ? null : (
        <DropChip
          text={filter.instance_id}
          onDrop={() => {
            onChange({ ...filter, instance_id: undefined })
          }}
        />
      )}
    </div>
  )
}

function StatusField({ filter, onChange }: RequestFiltersProps) {
  const [typed, setTyped] = useState(filter.status === undefined ? '' : String(filter.status))
  return (
    <input
      className="input num status-field"
      aria-label="Status"
      placeholder="Any status"
      inputMode="numeric"
      maxLength={3}
      value={typed}
      onChange={(event) => {
        const { value } = event.target
        setTyped(value)
        if (value === '') onChange({ ...filter, status: undefined })
        else if (STATUS.test(value)) onChange({ ...filter, status: Number(value) })
      }}
    />
  )
}

function DropChip({ text, onDrop }: { text: string; onDrop: () => void }) {
  return (
    <button type="button" className="chip" onClick={onDrop} aria-label={`Drop the filter ${text}`}>
      <code>{text}</code>
      <X size={14} aria-hidden />
    </button>
  )
}
