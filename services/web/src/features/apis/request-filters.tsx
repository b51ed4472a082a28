import { X } from 'lucide-react'
import { useState } from 'react'
import { latencyText, RESPONSE_SIZES, STATUS_CLASSES, statusOf, WITHOUT_LATENCY, type RequestFilter } from '@/features/apis/request-filter'
import { bytes } from '@/lib/format'
import { TookField } from '@/ui/took-field'

interface RequestFiltersProps {
  readonly filter: RequestFilter
  readonly onChange: (filter: RequestFilter) => void
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Method, status and what was clicked elsewhere: an endpoint's path, an instance. */
export function RequestFilters({ filter, onChange }: RequestFiltersProps) {
  const took = latencyText(filter)
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
      {STATUS_CLASSES.map((one) => (
        <button
          key={one}
          type="button"
          className="chip"
          aria-pressed={filter.status === one}
          onClick={() => {
            onChange({ ...filter, status: filter.status === one ? undefined : one })
          }}
        >
          <span className={`num http http-${one}`}>{one}</span>
        </button>
      ))}
      <StatusField key={filter.status} filter={filter} onChange={onChange} />
      <SizeField filter={filter} onChange={onChange} />
      <TookField
        least={filter.min_latency_ms}
        below={filter.below_latency_ms}
        onChange={({ least, below }) => {
          onChange({ ...filter, min_latency_ms: least, below_latency_ms: below })
        }}
      />
      {took === null ? null : (
        <DropChip
          text={took}
          onDrop={() => {
            onChange({ ...filter, ...WITHOUT_LATENCY })
          }}
        />
      )}
      {filter.path === undefined ? null : (
        <DropChip
          text={filter.path}
          onDrop={() => {
            onChange({ ...filter, path: undefined })
          }}
        />
      )}
      {filter.consumer === undefined ? null : (
        <DropChip
          text={filter.consumer}
          onDrop={() => {
            onChange({ ...filter, consumer: undefined })
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
  const [typed, setTyped] = useState(typeof filter.status === 'number' ? String(filter.status) : '')
  return (
    <input
      className="input num status-field"
      aria-label="Status"
      placeholder="Any status"
      maxLength={3}
      value={typed}
      onChange={(event) => {
        const { value } = event.target
        setTyped(value)
        const status = value === '' ? undefined : statusOf(value)
        if (status !== null) onChange({ ...filter, status })
      }}
    />
  )
}

function SizeField({ filter, onChange }: RequestFiltersProps) {
  const { min_response_bytes: least } = filter
  const sizes = [...new Set([...RESPONSE_SIZES, ...(least === undefined ? [] : [least])])].sort((a, b) => a - b)
  return (
    <select
      className="input"
      aria-label="Size of the answer"
      value={least ?? ''}
      onChange={(event) => {
        onChange({ ...filter, min_response_bytes: event.target.value ? Number(event.target.value) : undefined })
      }}
    >
      <option value="">Any size</option>
      {sizes.map((size) => (
        <option key={size} value={size}>
          ≥ {bytes(size)}
        </option>
      ))}
    </select>
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
