import { DASH } from '@/lib/format'

/** A long one scrolls within itself: by keys too, so it takes the focus and has a name. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  if (value === null || value === undefined) return <span className="faint">{DASH}</span>
  return (
    <pre className="code" role="region" aria-label={label} tabIndex={0}>
      <code>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</code>
    </pre>
  )
}
