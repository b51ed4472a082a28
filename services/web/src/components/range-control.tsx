// Live, the last so long, or a stretch of one's own: one control for every page, kept in the address.
import { Link } from '@tanstack/react-router'
import { CalendarRange } from 'lucide-react'
import { useState } from 'react'
import { useChangeRange, useRange } from '@/components/use-range'
import { localInput, spanOfTime, utcSpan } from '@/lib/format'
import { LIVE, readAt, SPAN_NAMES, SPANS, spanSearch, type Range } from '@/lib/range'
import { Popover } from '@/ui/popover'

const THIS_RANGE = { includeSearch: true, explicitUndefined: true } as const

export function RangeControl() {
  const range = useRange()
  return (
    <nav className="segments" aria-label="Range">
      <Link to="." search={(previous) => ({ ...previous, ...LIVE })} activeOptions={THIS_RANGE}>
        Live
      </Link>
      {SPAN_NAMES.map((span) => (
        <Link
          key={span}
          to="."
          search={(previous) => ({ ...previous, ...spanSearch(span) })}
          activeOptions={THIS_RANGE}
          onClick={readAt.refresh}
        >
          {span}
        </Link>
      ))}
      <Custom range={range} />
    </nav>
  )
}

function Custom({ range }: { range: Range }) {
  const [open, setOpen] = useState(false)
  return (
    <Popover
      label="A range of your own"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" aria-current={range.kind === 'custom' ? 'page' : undefined}>
          {range.kind === 'custom' ? <span className="num" title={utcSpan(range.after, range.before)}>{spanOfTime(range.after, range.before)}</span> : 'Custom'}
        </button>
      }
    >
      <CustomForm
        range={range}
        onDone={() => {
          setOpen(false)
        }}
      />
    </Popover>
  )
}

function bounds(range: Range): { after: number; before: number } {
  if (range.kind === 'custom') return range
  const before = readAt.get()
  return { after: before - SPANS[range.kind === 'span' ? range.span : '1h'], before }
}

function CustomForm({ range, onDone }: { range: Range; onDone: () => void }) {
  const { zoomTo } = useChangeRange()
  const [from, setFrom] = useState(() => localInput(bounds(range).after))
  const [to, setTo] = useState(() => localInput(bounds(range).before))
  const [after, before] = [Date.parse(from), Date.parse(to)]
  const isInOrder = after < before
  return (
    <form
      className="custom-range"
      aria-label="A range of your own"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isInOrder) return
        zoomTo(after, before)
        onDone()
      }}
    >
      <InstantField label="From" value={from} onChange={setFrom} />
      <InstantField label="To" value={to} onChange={setTo} />
      <p className="faint">{isInOrder ? 'In your time zone.' : '“From” must come before “To”.'}</p>
      <button type="submit" className="button" data-tone="primary" disabled={!isInOrder}>
        <CalendarRange size={14} aria-hidden />
        Show this range
      </button>
    </form>
  )
}

function InstantField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="field">
      {label}
      <input
        className="input num"
        type="datetime-local"
        step={1}
        required
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
        }}
      />
    </label>
  )
}
