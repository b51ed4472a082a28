import type { ReactNode } from 'react'
import { shortened } from '@/lib/names'
import { CopyButton } from '@/ui/copy-button'

interface CopyableIdProps {
  readonly id: string
  /** Shortened in the middle where there is little room; copied whole. */
  readonly isShort?: boolean
  /** What is put around the id, as a link. */
  readonly children?: ((text: ReactNode) => ReactNode) | undefined
}

export function CopyableId({ id, isShort = false, children = (text) => text }: CopyableIdProps) {
  return (
    <span className="copyable">
      {children(<code title={isShort ? id : undefined}>{isShort ? shortened(id, 4, 4) : id}</code>)}
      <CopyButton text={id} label={`Copy ${id}`} />
    </span>
  )
}
