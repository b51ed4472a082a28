// A value that opens level by level; long lists in stretches, so that what is not opened is not drawn.
import { useState, type ReactNode } from 'react'
import { count } from '@/lib/format'

const STRETCH = 100
const OPEN_ABOVE = 2

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null

export function JsonTree({ value, label }: { value: unknown; label: string }) {
  return (
    <div className="json-tree" role="region" aria-label={label} tabIndex={0}>
      <Node name={null} value={value} level={0} />
    </div>
  )
}

function Node({ name, value, level }: { name: string | null; value: unknown; level: number }) {
  const said = name === null ? null : <span className="faint">{name}: </span>
  if (!isBranch(value))
    return (
      <div>
        {said}
        <code>{JSON.stringify(value)}</code>
      </div>
    )
  const entries = Object.entries(value)
  const [before, after] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return (
    <Fold
      isOpenFirst={level < OPEN_ABOVE && entries.length <= STRETCH}
      head={
        <>
          {said}
          {before}
          {count(entries.length)}
          {after}
        </>
      }
    >
      {() => <Entries entries={entries} level={level + 1} />}
    </Fold>
  )
}

function Entries({ entries, level }: { entries: readonly (readonly [string, unknown])[]; level: number }) {
  if (entries.length <= STRETCH) return entries.map(([key, one]) => <Node key={key} name={key} value={one} level={level} />)
  return Array.from({ length: Math.ceil(entries.length / STRETCH) }, (_, index) => {
    const part = entries.slice(index * STRETCH, (index + 1) * STRETCH)
    return (
      <Fold key={index} isOpenFirst={false} head={<span className="faint">{`${part[0]?.[0] ?? ''} … ${part.at(-1)?.[0] ?? ''}`}</span>}>
        {() => <Entries entries={part} level={level} />}
      </Fold>
    )
  })
}

function Fold({ isOpenFirst, head, children }: { isOpenFirst: boolean; head: ReactNode; children: () => ReactNode }) {
  const [isOpen, setOpen] = useState(isOpenFirst)
  return (
    <details
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>{head}</summary>
      {isOpen ? children() : null}
    </details>
  )
}
