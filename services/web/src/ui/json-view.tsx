import { DASH } from '@/lib/format'

export function JsonView({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className="faint">{DASH}</span>
  return (
    <pre className="code">
      <code>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</code>
    </pre>
  )
}
