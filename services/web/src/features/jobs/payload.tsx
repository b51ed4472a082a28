import type { ReactNode } from 'react'
import { CopyButton } from '@/ui/copy-button'
import { JsonView } from '@/ui/json-view'

/** As it is copied: JSON whatever it is, so that a text keeps its quotes. */
export const payloadText = (value: unknown): string => JSON.stringify(value, null, 2)

/** What went into a job or came out of it, to be read and to be copied. */
export function Payload({ value, label, missing }: { value: unknown; label: string; missing: ReactNode }) {
  if (value === null || value === undefined) return missing
  return (
    <div className="panel-body">
      <div className="code-block">
        <JsonView value={value} label={label} />
        <CopyButton text={payloadText(value)} label={`Copy ${label.toLowerCase()}`} />
      </div>
    </div>
  )
}
